import type { Effect } from "@quantlab/core";

/** Ratios that are surely nearer to 1 than this count as the same where nobody names another margin. */
export const samenessMargin = 0.02;

/**
 * Whether a ratio is shown to lie within `margin` of 1, up as down: its 95% interval lies between 1 / (1 + margin) and
 * 1 + margin, which is two one-sided tests at 2.5% each (Schuirmann 1987). That no difference was shown is no such claim.
 */
export function sameWithin(
  { ci95: [low, high], noiseFloor = 0 }: Pick<Effect, "ci95" | "noiseFloor">,
  margin = samenessMargin,
): boolean {
  return low >= 1 / (1 + margin) && high <= 1 + margin && noiseFloor <= Math.log1p(margin);
}
