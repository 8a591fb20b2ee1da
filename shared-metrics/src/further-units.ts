import type { Effect } from "@quantlab/core";
import { samenessMargin } from "./sameness.ts";

/** 97.5% and 80% quantiles of the normal distribution. */
const [ofInterval, ofPower] = [1.959963984540054, 0.8416212335729143];

/**
 * How many more units (blocks, pairs, prompts) there should be, so that a 95% interval whose half width is now `reach`, over
 * `units`, would probably (80%) reach no further than `needed`, and the estimate stays where it is. From the usual sample
 * size by the normal approximation, n = (z_α/2 + z_β)² σ² / δ² (Chow, Shao and Wang, "Sample Size Calculations in Clinical
 * Research", 2008, 3.1.1), with σ from the interval: n' = n · ((z_α/2 + z_β) · reach / (z_α/2 · needed))². An interval of
 * few units is Student's, wider than the normal one, so that of few it is rather too many. At least 1; null where nothing
 * is needed to be told, that is where no number of them would do.
 */
export function furtherUnits(reach: number, units: number, needed: number): number | null {
  const all = units * (((ofInterval + ofPower) * reach) / (ofInterval * needed)) ** 2;
  return Number.isFinite(all) ? Math.max(1, Math.ceil(all) - units) : null;
}

/**
 * How many more pairs would probably tell whether a ratio is another one or lies within `margin` of 1, whichever takes
 * fewer: `furtherUnits` for an interval that ends before 1 on one side, or before the margin on the other.
 */
export function pairsToDecide(
  { ratio, ci95 }: Pick<Effect, "ratio" | "ci95">,
  pairs: number,
  margin = samenessMargin,
): number {
  const distance = Math.abs(Math.log(ratio));
  // One of the two is never 0.
  return furtherUnits(logReach(ci95), pairs, Math.max(distance, Math.log1p(margin) - distance))!;
}

/** The same for a ratio that is held against `bound`; null where it lies on it. */
export function pairsToPass(
  { ratio, ci95 }: Pick<Effect, "ratio" | "ci95">,
  pairs: number,
  bound: number,
): number | null {
  return furtherUnits(logReach(ci95), pairs, Math.abs(Math.log(ratio / bound)));
}

const logReach = ([low, high]: Effect["ci95"]) => Math.log(high / low) / 2;
