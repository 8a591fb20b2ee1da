/** Two blocks are the least that show any spread; below that there is no interval and no comparison. */
export const FEWEST_BASELINE_BLOCKS = 2;

/** Mean time of the fixed kernel around an arm's blocks against that of the arm it is compared with. */
export const CALIBRATION_BREAK = 0.25;

/**
 * Slowest against fastest calibration of the run: as large as the differences that experiments look for.
 */
export const CALIBRATION_SPREAD = 0.08;

/** Swap growth during a block: beyond this, disk time is inside the figures. */
export const SWAP_GROWTH_BYTES = 256 * 2 ** 20;

/** CPU time of all cores that other programs took during a block: on two cores, a fifth of one. */
export const FOREIGN_CPU_PERCENT = 10;

/**
 * Change of decode speed from the first block to the last: more than interleaving may be trusted to cancel.
 */
export const DRIFT = 0.05;
