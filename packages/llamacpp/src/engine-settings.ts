import type { ContextSettings } from "@quantlab/llama-capi";
import { flashAttentionOf, threadsOf } from "./common-options.ts";
import type { LlamacppEngineOptions } from "./engine-options.ts";

/** A context's settings but for its size, its outputs and its sequences. */
export type EngineSettings = Omit<ContextSettings, "contextSize" | "outputsMax" | "sequences">;

export function engineSettings(options: LlamacppEngineOptions): EngineSettings {
  const threads = threadsOf(options);
  const { batchThreads = threads, batchSize = 2048, microBatchSize = 512 } = options;
  const [keyType, valueType] = options.kvCacheTypes ?? ["f16", "f16"];
  return {
    batchSize,
    microBatchSize: Math.min(microBatchSize, batchSize),
    threads,
    batchThreads,
    flashAttention: flashAttentionOf(options),
    keyType,
    valueType,
  };
}
