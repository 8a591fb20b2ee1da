/** The share of cases that an interval is to hold. */
export const level = 0.9;

/**
 * How far to each side an interval reaches that holds a new case in `share` of all: the ⌈(n + 1) · share⌉-th smallest of n
 * distances of cases that had no part in the fit. Split conformal prediction (Papadopoulos et al. 2002; Lei et al., JASA 2018);
 * that distances come from leaving out one group at a time, here all arms of a shape, is the hierarchical form of Dunn,
 * Wasserman and Ramdas (JASA 2023). Null below 1 / (1 − share) − 1 cases: no finite interval is wide enough then.
 */
export function conformalReach(distances: readonly number[], share = level): number | null {
  const rank = Math.ceil((distances.length + 1) * share);
  if (rank > distances.length) return null;
  return distances.toSorted((a, b) => a - b)[rank - 1]!;
}
