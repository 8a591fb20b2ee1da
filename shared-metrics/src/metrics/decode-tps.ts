import { blockMetric } from "../block-metric.ts";
import { speed } from "../displays.ts";
import { decodeSpeed } from "../generation-reading.ts";

/** Tokens per second after the first one of an answer. */
export const decodeTps = blockMetric({
  name: "decodeTps",
  unit: "tok/s",
  better: "higher",
  display: {
    ...speed,
    heading: "Decode",
    noun: "decode speed",
    chart: "decode",
    told: { headline: "speed", as: "decodes {} as fast", values: true },
  },
  scenario: "generate",
  reads: ["generate", "command"],
  read: decodeSpeed,
});
