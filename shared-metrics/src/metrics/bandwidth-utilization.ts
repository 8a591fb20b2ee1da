import type { GenerateSample } from "@quantlab/scenarios";
import { blockMetric } from "../block-metric.ts";
import { memory } from "../displays.ts";
import { decodeSpeed } from "../generation-reading.ts";

/**
 * Weight traffic of decoding against the memory traffic that a plain copy reached just before the block:
 * file bytes × decode tokens per second / (2 × copied bytes per second). A copy moves each byte twice, once
 * in and once out, while decoding only reads; hence the 2. The file stands for what a token reads: the KV
 * cache is left out, and an input embedding that is stored apart counts in full though one row is read. The
 * copy is one core's. Above 1 the weights came from a cache nearer than memory, or several cores reading
 * together are faster than one that copies.
 */
export const bandwidthUtilization = blockMetric<GenerateSample>({
  name: "bandwidthUtilization",
  unit: "ratio",
  better: null,
  display: {
    ...memory,
    heading: "Weight traffic ÷ copy traffic",
    noun: "bandwidth utilization",
    unit: "%",
    scale: 100,
  },
  scenario: "generate",
  read: (sample, { model, guards: { copyBytesPerSecond: copied } }) => {
    if (copied === null || !(copied > 0)) return { none: "the copy speed of this host was not measured" };
    if (model === null) return { none: "the engine's model is not a file of this machine" };
    const speed = decodeSpeed(sample);
    return typeof speed === "number" ? (model.bytes * speed) / (2 * copied) : speed;
  },
});
