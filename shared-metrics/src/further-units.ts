import type { Effect } from "@quantlab/core";
import { samenessMargin } from "./sameness.ts";

/** Quantiles of the normal distribution: of a 95% and a 99% interval, and of four in five. */
const [of95, of99, ofPower] = [1.959963984540054, 2.5758293035489004, 0.8416212335729143];

/**
 * How many more units (blocks, pairs, prompts) there should be, so that an interval would probably (80%) end before what is
 * `needed` from the estimate, if that stays where it is; `reach` is the half width of its 95% interval over `units`. From
 * the usual sample size by the normal approximation, n = (z_α/2 + z_β)² σ² / δ² (Chow, Shao and Wang, "Sample Size
 * Calculations in Clinical Research", 2008, 3.1.1), with σ from the interval: n' = n · ((z_α/2 + z_β) · reach / (1.96 ·
 * needed))². The interval of few units is Student's, wider than the normal one, so that of few it is rather too many. At
 * least 1; null where nothing is needed to be told, that is where no number of them would do.
 */
export function furtherUnits(
  reach: number,
  units: number,
  needed: number,
  quantile: number = of95,
): number | null {
  const all = units * (((quantile + ofPower) * reach) / (of95 * needed)) ** 2;
  return Number.isFinite(all) ? Math.max(1, Math.ceil(all) - units) : null;
}

/**
 * How many more pairs would probably tell whether a ratio is another one or lies within `margin` of 1, whichever takes
 * fewer. A difference is claimed by a 99% interval, sameness by that of 95%.
 */
export function pairsToDecide(
  { ratio, ci95 }: Pick<Effect, "ratio" | "ci95">,
  pairs: number,
  margin = samenessMargin,
): number {
  const distance = Math.abs(Math.log(ratio));
  const inside = Math.max(0, Math.log1p(margin) - distance);
  const ways = [
    furtherUnits(logReach(ci95), pairs, distance, of99),
    furtherUnits(logReach(ci95), pairs, inside),
  ];
  // One of the two ends is never 0 away.
  return Math.min(...ways.flatMap((further) => further ?? []));
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
