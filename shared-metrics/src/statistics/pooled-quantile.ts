import { percentile } from "./quantile.ts";

/**
 * The `share` quantile of all values of the drawn groups together, by the definition of `percentile` (type 7). The
 * values are sorted once, so that each of a bootstrap's draws costs a walk from the nearer end to the quantile. Throws a
 * RangeError for groups without values.
 */
export function pooledQuantile(
  groups: readonly (readonly number[])[],
  share: number,
): (drawn: readonly number[]) => number {
  // Refuses a bad share and an empty pool before anything is drawn.
  percentile(groups.flat(), share);
  const pool = groups
    .flatMap((values, group) => values.map((value) => ({ value, group })))
    .sort((a, b) => a.value - b.value);
  const sorted = Float64Array.from(pool, ({ value }) => value);
  const groupOf = Uint32Array.from(pool, ({ group }) => group);
  return (drawn) => {
    const times = new Uint32Array(groups.length);
    let count = 0;
    for (const group of drawn) {
      times[group]!++;
      count += groups[group]!.length;
    }
    const rank = (count - 1) * share;
    const [low, high] = [orderStatistic(Math.floor(rank)), orderStatistic(Math.ceil(rank))];
    return low + (high - low) * (rank - Math.floor(rank));

    /** The value with `place` drawn values before it. */
    function orderStatistic(place: number): number {
      if (place < count / 2) {
        for (let index = 0, seen = 0; index < sorted.length; index++) {
          seen += times[groupOf[index]!]!;
          if (seen > place) return sorted[index]!;
        }
      }
      for (let index = sorted.length - 1, left = count; index >= 0; index--) {
        left -= times[groupOf[index]!]!;
        if (left <= place) return sorted[index]!;
      }
      return Number.NaN;
    }
  };
}
