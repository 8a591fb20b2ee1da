import type { Effect } from "@quantlab/core";
import type { Interval } from "./statistics/bootstrap.ts";
import { noiseFloor } from "./statistics/noise-floor.ts";
import { pairedLogRatio } from "./statistics/paired.ts";

/**
 * A ratio with what may be claimed of it: "more" or "less" only when the interval is clear of 1 and |ln
 * ratio| is above the noise floor. An interval alone is not enough: five lucky blocks can lie close
 * together.
 */
export function claimed(ratio: number, ci95: Interval, floor: number): Effect {
  const large = Math.abs(Math.log(ratio)) > floor;
  const claim = large && ci95[0] > 1 ? "more" : large && ci95[1] < 1 ? "less" : "none";
  return { ratio, ci95, noiseFloor: floor, claim };
}

/** A block's value under the index by which it is paired. */
export type IndexedValues = ReadonlyMap<number, number>;

/**
 * The arm against the baseline over the block indices that both have. The noise floor comes from all blocks
 * of both. Null below two pairs, or where a value is not positive.
 */
export function blockEffect(baseline: IndexedValues, arm: IndexedValues): Effect | null {
  const shared = [...arm.keys()].filter((index) => baseline.has(index)).sort((a, b) => a - b);
  const ratio = pairedLogRatio(
    shared.map((index) => baseline.get(index)!),
    shared.map((index) => arm.get(index)!),
  );
  const floor = noiseFloor([[...baseline.values()], [...arm.values()]]);
  return ratio && floor !== null ? claimed(ratio.ratio, ratio.ci95, floor) : null;
}

/**
 * A fact instead of a measurement: the interval is the ratio itself, the floor 0, and any inequality a
 * claim.
 */
export function exactEffect(baseline: number, arm: number): Effect | null {
  if (!(baseline > 0 && arm > 0)) return null;
  const ratio = arm / baseline;
  return claimed(ratio, [ratio, ratio], 0);
}
