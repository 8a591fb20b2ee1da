import type { Effect, Result } from "@quantlab/core";
import { samenessMargin, sameWithin } from "@quantlab/shared-metrics";
import { displayOf } from "./metric-display.ts";

/** "same within 2%", with the margin that stands behind the word. */
export const sameText = `same within ${samenessMargin * 100}%`;

/** What the words of a claim mean, for below a table. */
export function claimLegend(result: Result): string {
  return hasFloors(result)
    ? `A difference is claimed only when its 95% interval is clear of 1 and it is larger than the noise floor, which is what the same arm shows against itself on this machine; “${sameText}”, only when the whole interval and the noise floor lie there.`
    : `Intervals are 95% intervals; “${sameText}” is said only where all of one lies there. A difference in time or memory is claimed only when its 99% interval, too, is clear of 1, so that of a hundred comparisons of equal arms about one is claimed.`;
}

/** Whether an older lab made its claims, which were held against a noise floor. */
export function hasFloors({ effects }: Result): boolean {
  return Object.values(effects).some((ofArm) =>
    Object.values(ofArm).some(({ noiseFloor }) => noiseFloor !== undefined),
  );
}

/** Whether nothing but sameness may be claimed. */
export function isSame(effect: Effect): boolean {
  return effect.claim === "none" && sameWithin(effect);
}

/** "faster", "slower", the same within a margin, or that no difference was shown; facts without noise may be equal. */
export function claimWord(name: string, effect: Effect): string {
  const { claim, ratio, ci95 } = effect;
  if (claim !== "none") return displayOf(name)[claim];
  if (ratio === 1 && ci95[0] === 1 && ci95[1] === 1) return "equal";
  return isSame(effect) ? sameText : "no difference shown";
}
