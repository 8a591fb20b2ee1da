import type { Effect } from "@quantlab/core";
import { samenessMargin, sameWithin } from "./sameness.ts";

/** What is told of a ratio in the end. "undecided": neither a difference nor sameness was shown. */
export type Conclusion = "more" | "less" | "same" | "undecided";

/**
 * The same within the margin comes first: a difference that was shown, and shown to be smaller than the margin, is one that
 * nobody minds who named that margin.
 */
export function conclusionOf(effect: Effect, margin = samenessMargin): Conclusion {
  if (sameWithin(effect, margin)) return "same";
  return effect.claim === "none" ? "undecided" : effect.claim;
}

/** Whether a ratio's interval lies beyond a bound as a whole, not at all, or in part: then nothing was shown. */
export function heldAgainst(
  { ci95: [low, high] }: Pick<Effect, "ci95">,
  bound: number,
  fails: "below" | "above",
): "failed" | "passed" | "undecided" {
  const [beyond, within] = fails === "below" ? [high < bound, low >= bound] : [low > bound, high <= bound];
  if (beyond) return "failed";
  return within ? "passed" : "undecided";
}
