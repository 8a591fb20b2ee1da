import { blockMetric } from "../block-metric.ts";
import { time } from "../displays.ts";

/**
 * Milliseconds of the one load that was the run's first of its file: a single value, so no interval and no
 * claim.
 */
export const coldLoadMs = blockMetric<{ readonly loadMs: number }>({
  name: "coldLoadMs",
  unit: "ms",
  better: "lower",
  display: { ...time, heading: "Cold load", noun: "cold load time" },
  scenario: "generate",
  reads: ["generate", "score"],
  read: ({ loadMs }, { coldStart }) =>
    coldStart ? loadMs : { none: "another arm was the first to read this file" },
});
