/** Two blocks are the least that show any spread; below that there is no interval and no comparison. */
export const FEWEST_BASELINE_BLOCKS = 2;

/** Mean time of the fixed kernel around an arm's blocks against that of the arm it is compared with. */
export const CALIBRATION_BREAK = 0.25;

/** Slowest against fastest calibration of the run that is worth telling. */
export const CALIBRATION_SPREAD = 0.08;

/**
 * Standard deviation of an arm's speed from round to round: five rounds of it tell no difference of 15%, and an interval as
 * wide as that is no answer.
 */
export const ROUND_SPREAD = 0.1;

/** Five rounds of it tell no factor of two: nothing is worth keeping of such a run. */
export const ROUND_BREAK = 0.5;

/** Swap growth during a block: beyond this, disk time is inside the figures. */
export const SWAP_GROWTH_BYTES = 256 * 2 ** 20;

/**
 * CPU time of all cores that other programs took during a block: on two cores, a fifth of one. On many, half of one: a
 * single busy neighbour holds up all threads of an engine, which wait for each other at every step.
 */
export const foreignCpuLimit = (cores: number): number => Math.min(10, 50 / cores);

/** CPU time that was asked for and went to other machines: as large as the differences that experiments look for. */
export const STOLEN_CPU_PERCENT = 5;

/** Time for which a container's quota kept cores waiting, against the time of the block. */
export const QUOTA_SHARE = 0.05;

/** A stop of the block's processes: what sees it looks every 40 ms. */
export const STOPPED_MS = 100;

/**
 * Steady change of decode speed within one round: a random order shares that out among the arms, but over five rounds a fifth of it
 * stays in a comparison. What the rounds of a run do not share is judged by `ROUND_SPREAD`.
 */
export const DRIFT = 0.05;
