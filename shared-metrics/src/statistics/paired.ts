import { deviation, mean } from "d3-array";

/** An arm's values, each under the round in which it was measured. */
export type Rounds = ReadonlyMap<number, number>;

/** ln(arm / baseline) over the rounds that both were measured in. */
export interface PairedLogs {
  readonly mean: number;
  /** From round to round. */
  readonly variance: number;
  readonly rounds: number;
}

/** Null with fewer than two shared rounds, or where a value in one is not positive: then there is no logarithm. */
export function pairedLogs(baseline: Rounds, arm: Rounds): PairedLogs | null {
  const logs = [...arm].flatMap(([round, value]) => {
    const other = baseline.get(round);
    return other === undefined ? [] : [value > 0 && other > 0 ? Math.log(value / other) : Number.NaN];
  });
  if (logs.length < 2 || logs.some(Number.isNaN)) return null;
  return { mean: mean(logs)!, variance: deviation(logs)! ** 2, rounds: logs.length };
}
