import type { Effect } from "@quantlab/core";
import type { Interval } from "./statistics/bootstrap.ts";
import { moderatedVariance } from "./statistics/moderated-variance.ts";
import { pairedLogs, type Rounds } from "./statistics/paired.ts";
import { studentCritical } from "./statistics/student.ts";

/** A ratio, and the claim that an interval allows which is clear of 1: the 95% interval unless another is given. */
export function claimed(ratio: number, ci95: Interval, sure: Interval = ci95): Effect {
  return { ratio, ci95, claim: sure[0] > 1 ? "more" : sure[1] < 1 ? "less" : "none" };
}

/**
 * The arm against the baseline over the rounds that both were measured in: exp(mean ln ratio ± t · √(variance / rounds)),
 * with the variance that all arms of the run tell of. A claim takes the 99% interval: a run compares dozens of times, and
 * one claim in twenty would be of nothing. Null below two shared rounds, or where a value is not positive.
 */
export function blockEffect(baseline: Rounds, arm: Rounds, others: readonly Rounds[] = []): Effect | null {
  const own = pairedLogs(baseline, arm);
  if (!own) return null;
  const { variance, degrees } = moderatedVariance(own, [baseline, arm, ...others]);
  const interval = (share: number): Interval => {
    const reach = studentCritical(share, Math.floor(degrees)) * Math.sqrt(variance / own.rounds);
    return [Math.exp(own.mean - reach), Math.exp(own.mean + reach)];
  };
  return claimed(Math.exp(own.mean), interval(0.95), interval(0.99));
}

/** A fact instead of a measurement: the interval is the ratio itself, and any inequality a claim. */
export function exactEffect(baseline: number, arm: number): Effect | null {
  if (!(baseline > 0 && arm > 0)) return null;
  const ratio = arm / baseline;
  return claimed(ratio, [ratio, ratio]);
}
