/** How long a worker may be silent, in milliseconds, before it counts as hung and is ended. */
export interface Limits {
  /** From its start to its first answer: a cold start reads some gigabytes of libraries. */
  readonly startMs: number;
  /** From a request, or the last sign of life about it, to its answer. */
  readonly requestMs: number;
  /** From a cancel to the answer that it took effect. */
  readonly cancelMs: number;
}

/** One generation of the slowest engine at real size is over within this. */
export const defaultLimits: Limits = { startMs: 5 * 60_000, requestMs: 20 * 60_000, cancelMs: 5_000 };
