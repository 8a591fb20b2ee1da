import { uniformInt } from "pure-rand/distribution/uniformInt";
import { xoroshiro128plus } from "pure-rand/generator/xoroshiro128plus";

/** The seed of every interval: fixed, so that the same run gives the same bytes wherever it is reported. */
const STATISTICS_SEED = 20_240_611;

/** Draws whole numbers from 0 to `bound` − 1, the same ones for the same seed. */
export function seededIndex(seed: number = STATISTICS_SEED): (bound: number) => number {
  const generator = xoroshiro128plus(seed);
  return (bound) => uniformInt(generator, 0, bound - 1);
}
