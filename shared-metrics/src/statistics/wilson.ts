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
  const share = successes / trials;
  const middle = share + z ** 2 / (2 * trials);
  const reach = z * Math.sqrt((share * (1 - share)) / trials + z ** 2 / (4 * trials ** 2));
  const scale = 1 + z ** 2 / trials;
  // Exactly 0 and 1 at the ends, where rounding would leave the share outside its own interval.
  return [
    successes === 0 ? 0 : (middle - reach) / scale,
    successes === trials ? 1 : (middle + reach) / scale,
  ];
}
