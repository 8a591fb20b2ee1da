/** Two blocks are the least that show any spread; below that there is no interval and no comparison. */
export const FEWEST_BASELINE_BLOCKS = 2;

/**
 * The fixed kernel before and after a block: a host that changes by a quarter meanwhile has measured
 * itself.
 */
export const CALIBRATION_BREAK = 0.25;

/**
 * Share of such blocks in any arm that its median still outvotes: up to it the run is noisy, beyond it the figures
 * are the host's.
 */
export const BROKEN_SHARE = 0.25;

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
