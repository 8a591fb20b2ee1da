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
 * The part of `loadMs` that the model takes. An engine in a process of its own first starts that and imports its
 * libraries, which an application does once; the others have nothing to start.
 */
export const modelLoadMs = blockMetric({
  name: "modelLoadMs",
  label: "load, the model alone",
  unit: "ms",
  better: "lower",
  read: (block) =>
    block.coldStart
      ? { none: "only the cold first block was measured" }
      : (block.engine?.startup?.modelMs ?? block.loadMs ?? notTimed),
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
