import { mean } from "d3-array";
import { median } from "./quantile.ts";

/** Iglewicz and Hoaglin's limit on the modified z-score. */
export const OUTLIER_LIMIT = 3.5;

/**
 * Marks values far from the rest; nothing is ever dropped for it. Modified z-score (Iglewicz and Hoaglin
 * 1993): |x − median| / (1.4826 · median absolute deviation) > 3.5, with 1.2533 · mean absolute deviation
 * where more than half of the values are equal. Fewer than four values show no outlier.
 */
export function outlierFlags(values: readonly number[]): boolean[] {
  if (values.length < 4) return values.map(() => false);
  const centre = median(values);
  const deviations = values.map((value) => Math.abs(value - centre));
  const scale = 1.4826 * median(deviations) || 1.2533 * mean(deviations)!;
  return deviations.map((deviation) => scale > 0 && deviation / scale > OUTLIER_LIMIT);
}
