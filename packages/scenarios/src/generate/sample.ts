import type { DeviceMemory, Forecast, GenerateTrace } from "@quantlab/core";

/** What one process generated. */
export interface Sample {
  readonly loadMs: number;
  /** What the arm's time budget left of the workload; absent when all of it. */
  readonly cutTo?: {
    readonly generations: number;
    readonly newTokens: number;
    readonly plannedTokens: number;
  };
  /** Untimed. On a device the first of them is a pass of two tokens, in which its programs are compiled. */
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
  /** What the engine worked out before it loaded anything; absent where it was not asked, and from older runs. */
  readonly forecast?: Forecast;
  /** On what device the model was computed; absent where the CPU computed alone, and from older runs. */
  readonly device?: {
    /** `now`: at the end of the last generation. */
    readonly memory: DeviceMemory;
    /** Of a fixed piece of computing before the load and after the last generation; null where it could not be run. */
    readonly calibration: DeviceKernel | null;
  };
}

/** What tells whether a device was as fast all along. */
export interface DeviceKernel {
  readonly device: string;
  readonly milliseconds: readonly [before: number, after: number];
}
