import { deviation, mean } from "d3-array";
import type { Interval } from "./bootstrap.ts";
import { studentCritical95 } from "./student.ts";

export interface PairedRatio {
  /** Mean of ln(arm / baseline) over the pairs. */
  readonly meanLogRatio: number;
  /** exp(meanLogRatio): the geometric mean of the pairs' ratios. */
  readonly ratio: number;
  /** 95% interval of `ratio`. */
  readonly ci95: Interval;
}

/**
 * Paired log-ratio over blocks: mean ± t(0.975, n−1) · s / √n of ln(arm_i / baseline_i), taken back by exp.
 * Student's t instead of a bootstrap: resampling five pairs gives intervals that are too short. Null below
 * two pairs or where a value is not positive, for then there is no logarithm.
 */
export function pairedLogRatio(baseline: readonly number[], arm: readonly number[]): PairedRatio | null {
  if (baseline.length !== arm.length)
    throw new RangeError(`${baseline.length} and ${arm.length} are no pairs`);
  if (arm.length < 2 || [...baseline, ...arm].some((value) => !(value > 0))) return null;
  const logs = arm.map((value, pair) => Math.log(value / baseline[pair]!));
  const centre = mean(logs)!;
  const reach = (studentCritical95(logs.length - 1) * deviation(logs)!) / Math.sqrt(logs.length);
  return {
    meanLogRatio: centre,
    ratio: Math.exp(centre),
    ci95: [Math.exp(centre - reach), Math.exp(centre + reach)],
  };
}
