import { logAverage } from "simple-statistics";

/** exp(mean ln x) of positive values, taken in logarithms so that many values cannot overflow. */
export function geometricMean(values: readonly number[]): number {
  if (values.length === 0 || values.some((value) => !(value > 0))) {
    throw new RangeError("a geometric mean needs positive values");
  }
  return logAverage([...values]);
}
