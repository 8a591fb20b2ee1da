import {
  checkOptions,
  type Json,
  naturalNumber,
  type OptionCheck,
  oneOf,
  pairOf,
  positiveInteger,
} from "@quantlab/core";
import { type CacheType, cacheTypes } from "@quantlab/llama-capi/cache-types";

/** Left out means the default; a default is what llama-bench does unless said. */
export interface LlamacppEngineOptions {
  /** Threads that compute single tokens; every available core unless said. */
  readonly threads?: number;
  /** Threads that compute the prompt; as many as `threads` unless said. */
  readonly batchThreads?: number;
  /**
   * Tokens that fit into the sequence, prompt and answer together. Unless said it is 1024 (or what the model was
   * trained for, if less) and grows, before a generation that needs more, to what it needs.
   */
  readonly contextSize?: number;
  /** Most tokens handed over at once; 2048 unless said. */
  readonly batchSize?: number;
  /** Tokens computed at once; 512 unless said. Scoring takes 256 at most, see `EngineSession`. */
  readonly microBatchSize?: number;
  /** "auto" unless said, and "off" for a cache of f32, which flash attention would compute in f16. */
  readonly flashAttention?: "auto" | "on" | "off";
  /** Types of keys and values: "f16" unless said; "f32" for parity with float32 runtimes. */
  readonly kvCacheTypes?: readonly [key: CacheType, value: CacheType];
  /** Layers on the GPU; all of them unless said. */
  readonly gpuLayers?: number;
  /** Map the file instead of reading it; llama.cpp chooses by device unless said. */
  readonly mmap?: boolean;
  /**
   * true: what the CPU's kernels have copied of a mapped file leaves memory, on Linux, after loading and after each pass
   * of scoring; loading takes a little longer. Left out, a model takes the memory that it takes with llama-bench.
   */
  readonly releaseMapped?: boolean;
  /**
   * Bytes for the logits of a scoring pass, which stand in memory twice; 80 MiB unless said. Less makes passes of fewer
   * tokens, and scoring slower, where a vocabulary is large.
   */
  readonly logitsBytes?: number;
  /** Keep the weights from being swapped out. */
  readonly mlock?: boolean;
  /** "auto": the best device whose binary is installed. false: the CPU alone. */
  readonly gpu?: "auto" | false;
}

export const engineChecks: Readonly<Record<keyof LlamacppEngineOptions, OptionCheck>> = {
  threads: positiveInteger,
  batchThreads: positiveInteger,
  contextSize: positiveInteger,
  batchSize: positiveInteger,
  microBatchSize: positiveInteger,
  flashAttention: oneOf("auto", "on", "off"),
  kvCacheTypes: pairOf(Object.keys(cacheTypes)),
  gpuLayers: naturalNumber,
  mmap: oneOf(true, false),
  releaseMapped: oneOf(true, false),
  logitsBytes: positiveInteger,
  mlock: oneOf(true, false),
  gpu: oneOf("auto", false),
};

/** Returns the options that are set; an unknown name or a value that does not fit is a UsageError. */
export function checkEngineOptions(
  options: Readonly<Record<string, Json | undefined>>,
): LlamacppEngineOptions {
  return checkOptions<LlamacppEngineOptions>("llamacpp-engine", engineChecks, options);
}
