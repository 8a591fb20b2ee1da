import type { Interval } from "./bootstrap.ts";

/** 97.5% quantile of the normal distribution. */
const z = 1.959963984540054;

/**
 * Wilson's 95% score interval of a share: (p + z²/2n ± z·√(p(1−p)/n + z²/4n²)) / (1 + z²/n), within 0…1. It
 * stays honest for few items and near 0 or 1, where the usual p ± z·√(p(1−p)/n) does not.
 */
export function wilsonInterval(successes: number, trials: number): Interval {
  if (!(trials >= 1) || successes < 0 || successes > trials) {
    throw new RangeError(`${successes} of ${trials} is no share`);
  }
  return scoreInterval(successes / trials, trials, z);
}

/** The same for a share of so many trials, which need not be whole, and another quantile than that of 95%. */
export function scoreInterval(share: number, trials: number, quantile: number): Interval {
  const middle = share + quantile ** 2 / (2 * trials);
  const reach = quantile * Math.sqrt((share * (1 - share)) / trials + quantile ** 2 / (4 * trials ** 2));
  const scale = 1 + quantile ** 2 / trials;
  // Exactly 0 and 1 at the ends, where rounding would leave the share outside its own interval.
  return [share === 0 ? 0 : (middle - reach) / scale, share === 1 ? 1 : (middle + reach) / scale];
}
