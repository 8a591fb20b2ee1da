import { defaultThreads, type OptionCheck, oneOf, pairOf, positiveInteger } from "@quantlab/core";
import { type CacheType, cacheTypes } from "@quantlab/llama-capi/cache-types";

/** What both ways to llama.cpp let one choose. */
export interface CommonOptions {
  /** Threads that compute; one a performance core unless said (`defaultThreads`). */
  readonly threads?: number;
  /**
   * Tokens that fit into the sequence, prompt and answer together. Unless said it is 1024 (or what the model was
   * trained for, if less) and grows, before a generation that needs more, to what it needs.
   */
  readonly contextSize?: number;
  /** "auto" unless said, and "off" for a cache of f32, which flash attention would compute in f16. */
  readonly flashAttention?: "auto" | "on" | "off";
  /** Types of keys and values: "f16" unless said; "f32" for parity with float32 runtimes. */
  readonly kvCacheTypes?: readonly [key: CacheType, value: CacheType];
  /** Map the file instead of reading it; llama.cpp chooses by device unless said. */
  readonly mmap?: boolean;
  /** Keep the weights from being swapped out. */
  readonly mlock?: boolean;
}

export const commonChecks: Readonly<Record<keyof CommonOptions, OptionCheck>> = {
  threads: positiveInteger,
  contextSize: positiveInteger,
  flashAttention: oneOf("auto", "on", "off"),
  kvCacheTypes: pairOf(Object.keys(cacheTypes)),
  mmap: oneOf(true, false),
  mlock: oneOf(true, false),
};

export const threadsOf = ({ threads }: CommonOptions): number => threads ?? defaultThreads();

/** The context to begin with. */
export const firstContextSize = ({ contextSize }: CommonOptions, trainedContext: number): number =>
  contextSize ?? Math.min(1024, trainedContext);

export function flashAttentionOf({ flashAttention, kvCacheTypes }: CommonOptions): "auto" | "on" | "off" {
  const exact = kvCacheTypes?.every((type) => type === "f32");
  return flashAttention ?? (exact ? "off" : "auto");
}
