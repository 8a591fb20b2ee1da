import type { Peers } from "@quantlab/benchmark-tools";
import type { ModelFile } from "@quantlab/core";

/** The types whose scores are compared; the first is the reference of divergences. */
export const scoredTypes = ["F16", "Q8_0", "Q4_K_M", "Q2_K"] as const;
export type ScoredType = (typeof scoredTypes)[number];

/** Llama.cpp's default, and the lab's. */
export const chunkTokens = 512;

/** The full weights, and what is scored. */
export type Files<File> = Readonly<{ F16: File } & Partial<Record<ScoredType, File>>>;

/** What all contests of a model share. */
export interface Setting {
  readonly peers: Peers;
  readonly files: Files<ModelFile>;
  /** What is scored, and what importance is computed from. */
  readonly text: string;
  readonly calibration: string;
  /** A folder of this run; emptied when it ends. */
  readonly scratch: string;
  readonly threads: number;
  readonly signal: AbortSignal;
}
