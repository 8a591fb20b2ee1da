import { quantile } from "d3-array";

/**
 * The `share` quantile (0 to 1) of finite values by linear interpolation between order statistics: Hyndman
 * and Fan's type 7, the default of R and NumPy. Throws a RangeError on an empty list or a share outside
 * 0…1.
 */
export function percentile(values: readonly number[], share: number): number {
  if (!(share >= 0 && share <= 1)) throw new RangeError(`share ${share} is not between 0 and 1`);
  const value = quantile(values, share);
  if (value === undefined) throw new RangeError("no values to take a percentile of");
  return value;
}

/** The middle value, or the mean of the two middle ones. */
export function median(values: readonly number[]): number {
  return percentile(values, 0.5);
}
