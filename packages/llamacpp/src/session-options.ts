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
import type { LlamaContextOptions, LlamaOptions } from "node-llama-cpp";

/** What node-llama-cpp lets an application choose; the engine's options of the same name mean the same. */
export interface LlamacppSessionOptions {
  /** Threads that compute; every available core unless said. */
  readonly threads?: number;
  /**
   * Tokens that fit into the sequence, prompt and answer together. Unless said it is 1024 (or what the model was
   * trained for, if less) and grows, before a generation that needs more, to what it needs.
   */
  readonly contextSize?: number;
  /** Tokens computed at once; sets n_batch and n_ubatch both. 512 unless said. */
  readonly batchSize?: number;
  /** "auto" unless said, "off" with a f32 cache. */
  readonly flashAttention?: "auto" | "on" | "off";
  /** Types of keys and values, by llama.cpp's names; "f16" unless said. */
  readonly kvCacheTypes?: readonly [key: CacheType, value: CacheType];
  /** Layers on the GPU; "auto", the default, fits as many as its memory takes. */
  readonly gpuLayers?: number | "auto" | "max";
  readonly mmap?: boolean;
  readonly mlock?: boolean;
  /** Which binary to load; "auto" is the best one that is installed, false the CPU's. */
  readonly gpu?: "auto" | "metal" | "cuda" | "vulkan" | false;
}

export const sessionChecks: Readonly<Record<keyof LlamacppSessionOptions, OptionCheck>> = {
  threads: positiveInteger,
  contextSize: positiveInteger,
  batchSize: positiveInteger,
  flashAttention: oneOf("auto", "on", "off"),
  kvCacheTypes: pairOf(Object.keys(cacheTypes)),
  gpuLayers: [
    (value) => naturalNumber[0](value) || value === "auto" || value === "max",
    "0 or more, auto or max",
  ],
  mmap: oneOf(true, false),
  mlock: oneOf(true, false),
  gpu: oneOf("auto", "metal", "cuda", "vulkan", false),
};

/** Returns the options that are set; an unknown name or a value that does not fit is a UsageError. */
export function checkSessionOptions(options: Readonly<Record<string, Json>>): LlamacppSessionOptions {
  return checkOptions<LlamacppSessionOptions>("llamacpp-session", sessionChecks, options);
}

/** The part of getLlama's options that decides which binary is loaded: an installed one, nothing is built. */
export function gpuOptions(options: LlamacppSessionOptions): LlamaOptions {
  return { gpu: options.gpu ?? "auto", build: "never", skipDownload: true, progressLogs: false };
}

/** node-llama-cpp names the types as ggml does, in capitals. */
export function keyValueTypes({ kvCacheTypes }: LlamacppSessionOptions): LlamaContextOptions {
  if (kvCacheTypes === undefined) return {};
  const [key, value] = kvCacheTypes.map((type) => type.toUpperCase()) as [SessionType, SessionType];
  return { experimentalKvCacheKeyType: key, experimentalKvCacheValueType: value };
}

type SessionType = Extract<LlamaContextOptions["experimentalKvCacheKeyType"], string>;
