import type { GenerateTrace } from "@quantlab/core";

/** What one process generated. */
export interface Sample {
  readonly loadMs: number;
  /** What the arm's time budget left of the workload; absent when all of it. */
  readonly cutTo?: {
    readonly generations: number;
    readonly newTokens: number;
    readonly plannedTokens: number;
  };
  readonly warmups: readonly GenerateTrace[];
  readonly generations: readonly GenerateTrace[];
  /** Of the engine's process over the timed generations; null when that is another process and does not tell. */
  readonly cpu: {
    readonly userMs: number;
    readonly systemMs: number;
    readonly wallMs: number;
  } | null;
  /** By the engine's own allocator; null where it does not count. */
  readonly allocatorPeakBytes: number | null;
  readonly outputText: string;
}
