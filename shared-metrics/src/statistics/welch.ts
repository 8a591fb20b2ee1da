import { mean, variance } from "d3-array";
import type { Interval } from "./bootstrap.ts";
import { studentCritical } from "./student.ts";

/** Two groups that share no rounds: the ratio of their geometric means, with an interval. */
export interface UnpairedRatio {
  readonly ratio: number;
  readonly interval: Interval;
}

/**
 * Welch's interval ("The generalization of 'Student's' problem when several different population variances are involved",
 * 1947) of mean ln(arm) − mean ln(baseline), taken back by exp: the groups may differ in number and in noise. `share` is what
 * it covers: 0.95 or 0.99. Degrees of freedom are Satterthwaite's (1946), rounded down. Null below two values on a side or where one is not positive, for then
 * there is no logarithm.
 */
export function unpairedLogRatio(
  baseline: readonly number[],
  arm: readonly number[],
  share = 0.95,
): UnpairedRatio | null {
  const groups = [baseline, arm];
  if (groups.some((values) => values.length < 2 || values.some((value) => !(value > 0)))) return null;
  const [before, after] = groups.map((values) => {
    const logs = values.map(Math.log);
    return { centre: mean(logs)!, error: variance(logs)! / logs.length, degrees: logs.length - 1 };
  }) as [Group, Group];
  const difference = after.centre - before.centre;
  const reach = Math.sqrt(before.error + after.error) * critical(share, before, after);
  return {
    ratio: Math.exp(difference),
    interval: [Math.exp(difference - reach), Math.exp(difference + reach)],
  };
}

interface Group {
  readonly centre: number;
  /** Squared standard error of the centre. */
  readonly error: number;
  readonly degrees: number;
}

function critical(share: number, before: Group, after: Group): number {
  const squares = [before, after].map(({ error, degrees }) => error ** 2 / degrees);
  const degrees = (before.error + after.error) ** 2 / (squares[0]! + squares[1]!);
  // Values without any spread have an interval without any width, whatever the factor.
  return Number.isNaN(degrees) ? 0 : studentCritical(share, Math.max(1, Math.floor(degrees)));
}
