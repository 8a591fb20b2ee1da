import type { Effect } from "@quantlab/core";
import { sameWithin } from "@quantlab/shared-metrics";

/** Two arms are called the same when their ratio surely lies so near to 1. */
export const margin = 0.03;

/** Two arms that were compared. */
export interface Verdict {
  /** How much one of them was slowed: 0 for two equal ones, null where nobody can say how much. */
  readonly slowdown: number | null;
  /** The ratio that was to be found; null where nobody knows more than its side. */
  readonly truth: number | null;
  /** The side on which the ratio lies: −1 below 1, 1 above, 0 for equal arms. */
  readonly side: -1 | 0 | 1;
  readonly effect: Effect;
}

/** How often claims were right, over all pairs of arms of one slowdown. */
export interface Tally {
  readonly slowdown: number | null;
  readonly pairs: number;
  /** A difference was claimed on the right side; of equal arms on either, which is a false alarm. */
  readonly claimed: number;
  /** A difference was claimed on the wrong side. */
  readonly wrong: number;
  /** Pairs whose true ratio is known, and of these the ones whose 95% interval holds it. */
  readonly known: number;
  readonly covered: number;
  /** The same within the margin, it was said. */
  readonly same: number;
}

/** The tallies of verdicts, the least slowdown first and the one that nobody knows last. */
export function tallied(verdicts: readonly Verdict[]): Tally[] {
  const groups = [...Map.groupBy(verdicts, ({ slowdown }) => slowdown)];
  return groups
    .sort(([one], [other]) => (one ?? Number.POSITIVE_INFINITY) - (other ?? Number.POSITIVE_INFINITY))
    .map(([slowdown, ofSize]) => {
      const count = (test: (verdict: Verdict) => boolean) => ofSize.filter(test).length;
      return {
        slowdown,
        pairs: ofSize.length,
        claimed: count(
          ({ effect, side }) => effect.claim !== "none" && (side === 0 || side === sideOf(effect)),
        ),
        wrong: count(({ effect, side }) => effect.claim !== "none" && side !== 0 && side !== sideOf(effect)),
        known: count(({ truth }) => truth !== null),
        covered: count(
          ({ truth, effect: { ci95 } }) => truth !== null && ci95[0] <= truth && truth <= ci95[1],
        ),
        same: count(({ effect }) => sameWithin(effect, margin)),
      };
    });
}

const sideOf = ({ claim }: Effect) => (claim === "more" ? 1 : -1);
