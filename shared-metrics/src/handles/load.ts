import { blockMetric } from "../block-metric.ts";

const notTimed = { none: "the load was not timed" };

/**
 * Milliseconds to load the model, file already in the page cache: every block but the run's first of its
 * file.
 */
export const loadMs = blockMetric({
  name: "loadMs",
  label: "load",
  unit: "ms",
  better: "lower",
  read: (block) =>
    block.coldStart ? { none: "only the cold first block was measured" } : (block.loadMs ?? notTimed),
});

/**
 * Milliseconds of the one load that was the run's first of its file: a single value, so no interval and no
 * claim.
 */
export const coldLoadMs = blockMetric({
  name: "coldLoadMs",
  label: "cold load",
  unit: "ms",
  better: "lower",
  read: (block) =>
    block.coldStart ? (block.loadMs ?? notTimed) : { none: "another arm was the first to read this file" },
});
