import { median, percentile } from "./quantile.ts";
import { seededIndex } from "./random.ts";

/** Resamples of an interval: the 2.5% tails then rest on 50 of them each. */
export const RESAMPLES = 2000;

export type Interval = readonly [low: number, high: number];

/**
 * Efron's percentile bootstrap: draws `count` units with replacement, 2000 times, and returns the 2.5% and
 * 97.5% percentiles of `statistic` over the drawn indices. Deterministic. Null below two units: one unit
 * shows no spread.
 */
export function bootstrapInterval(
  count: number,
  statistic: (drawn: readonly number[]) => number,
): Interval | null {
  if (count < 2) return null;
  const nextIndex = seededIndex();
  const drawn = new Array<number>(count);
  const estimates = Array.from({ length: RESAMPLES }, () => {
    for (let unit = 0; unit < count; unit++) drawn[unit] = nextIndex(count);
    return statistic(drawn);
  });
  return [percentile(estimates, 0.025), percentile(estimates, 0.975)];
}

/** 95% interval of the median. With five blocks it runs from the lowest to the highest of them. */
export function medianInterval(values: readonly number[]): Interval | null {
  return bootstrapInterval(values.length, (drawn) => median(drawn.map((index) => values[index]!)));
}
