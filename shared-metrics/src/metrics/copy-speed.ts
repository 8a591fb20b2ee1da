import type { GenerateSample } from "@quantlab/scenarios";
import { blockMetric } from "../block-metric.ts";
import { memory } from "../displays.ts";

/** Bytes that one core copied a second between two buffers in memory, just before the block. */
export const copySpeed = blockMetric<GenerateSample>({
  name: "copySpeed",
  unit: "bytes/s",
  better: null,
  display: {
    ...memory,
    heading: "Copy speed of one core",
    noun: "copy speed",
    unit: "GiB/s",
    scale: 2 ** -30,
    more: "faster",
    less: "slower",
  },
  scenario: "generate",
  read: (_, { guards: { copyBytesPerSecond } }) =>
    copyBytesPerSecond ?? { none: "the copy speed of this host was not measured" },
});
