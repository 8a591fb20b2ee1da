import type { Effect, Metric } from "@quantlab/core";
import { claimed, exactEffect } from "./effect.ts";
import { unpairedLogRatio } from "./statistics/welch.ts";

/**
 * A figure against the same one of another run. Medians of blocks are compared by the blocks' values, which nothing pairs:
 * what the machine itself changed in between is part of the difference, and of no interval. Facts are compared as facts.
 * Null where a side has no figure, less than two blocks, or another unit, and for what is paired by chunk or by item.
 */
export function effectBetweenRuns(baseline: Metric, arm: Metric): Effect | null {
  if (baseline.value === null || arm.value === null || baseline.unit !== arm.unit) return null;
  if (baseline.statistic !== arm.statistic) return null;
  if (arm.statistic === "exact") return exactEffect(baseline.value, arm.value);
  if (arm.statistic !== "median") return null;
  const found = unpairedLogRatio(baseline.values, arm.values);
  const sure = unpairedLogRatio(baseline.values, arm.values, 0.99);
  return found && sure ? claimed(found.ratio, found.interval, sure.interval) : null;
}
