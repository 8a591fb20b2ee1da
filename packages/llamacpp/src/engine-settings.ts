import { availableParallelism } from "node:os";
import type { ContextSettings, Model } from "@quantlab/llama-capi";
import type { LlamacppEngineOptions } from "./engine-options.ts";

/** A context's settings but for its size and its outputs. */
export type EngineSettings = Omit<ContextSettings, "contextSize" | "outputsMax">;

export function engineSettings(options: LlamacppEngineOptions): EngineSettings {
  const threads = options.threads ?? availableParallelism();
  const [keyType, valueType] = options.kvCacheTypes ?? ["f16", "f16"];
  // Flash attention computes in f16 whatever the cache holds, so a f32 cache would change nothing with it.
  const exact = keyType === "f32" && valueType === "f32";
  const batchSize = options.batchSize ?? 2048;
  return {
    batchSize,
    microBatchSize: Math.min(options.microBatchSize ?? 512, batchSize),
    threads,
    batchThreads: options.batchThreads ?? threads,
    flashAttention: options.flashAttention ?? (exact ? "off" : "auto"),
    keyType,
    valueType,
  };
}

/** The context to begin with; see `contextSize` of the options. */
export function firstContextSize(model: Model, { contextSize }: LlamacppEngineOptions): number {
  return contextSize ?? Math.min(1024, model.trainedContext);
}
