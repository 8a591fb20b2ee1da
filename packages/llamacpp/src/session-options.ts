import { closest, type Json, UsageError } from "@quantlab/core";
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
  readonly kvCacheTypes?: readonly [key: string, value: string];
  /** Layers on the GPU; "auto", the default, fits as many as its memory takes. */
  readonly gpuLayers?: number | "auto" | "max";
  readonly mmap?: boolean;
  readonly mlock?: boolean;
  /** Which binary to load; "auto" is the best one that is installed, false the CPU's. */
  readonly gpu?: "auto" | "metal" | "cuda" | "vulkan" | false;
}

/** The types that llama.cpp can keep keys and values in. */
const cacheTypes = ["f32", "f16", "bf16", "q8_0", "q5_1", "q5_0", "q4_1", "q4_0", "iq4_nl"];

const wholeNumber = (value: Json) => Number.isInteger(value) && (value as number) > 0;
const oneOf =
  (...allowed: readonly Json[]) =>
  (value: Json) =>
    allowed.includes(value);

const checks: Record<keyof LlamacppSessionOptions, [fits: (value: Json) => boolean, expected: string]> = {
  threads: [wholeNumber, "a whole number above 0"],
  contextSize: [wholeNumber, "a whole number above 0"],
  batchSize: [wholeNumber, "a whole number above 0"],
  flashAttention: [oneOf("auto", "on", "off"), "auto, on or off"],
  kvCacheTypes: [
    (value) => Array.isArray(value) && value.length === 2 && value.every(oneOf(...cacheTypes)),
    `two of ${cacheTypes.join(", ")}`,
  ],
  gpuLayers: [
    (value) => value === 0 || wholeNumber(value) || oneOf("auto", "max")(value),
    "0 or more, auto or max",
  ],
  mmap: [oneOf(true, false), "true or false"],
  mlock: [oneOf(true, false), "true or false"],
  gpu: [oneOf("auto", "metal", "cuda", "vulkan", false), "auto, metal, cuda, vulkan or false"],
};

/** Returns the options that are set; an unknown name or a value that does not fit is a UsageError. */
export function checkSessionOptions(options: Readonly<Record<string, Json>>): LlamacppSessionOptions {
  const set = Object.entries(options).filter(([, value]) => value !== undefined);
  for (const [name, value] of set) {
    const names = Object.keys(checks);
    if (!names.includes(name)) {
      const nearest = closest(name, names);
      throw new UsageError(
        `llamacpp-session has no option "${name}"`,
        `${nearest ? `did you mean ${nearest}? ` : ""}Available: ${names.join(", ")}`,
      );
    }
    const [fits, expected] = checks[name as keyof LlamacppSessionOptions];
    if (!fits(value)) {
      throw new UsageError(`llamacpp-session: ${name} is ${JSON.stringify(value)}`, `give ${expected}`);
    }
  }
  return Object.fromEntries(set);
}

/** The part of getLlama's options that decides which binary is loaded: an installed one, nothing is built. */
export function gpuOptions(options: LlamacppSessionOptions): LlamaOptions {
  return { gpu: options.gpu ?? "auto", build: "never", skipDownload: true, progressLogs: false };
}

/** node-llama-cpp names the types as ggml does, in capitals. */
export function keyValueTypes({ kvCacheTypes }: LlamacppSessionOptions): LlamaContextOptions {
  if (kvCacheTypes === undefined) return {};
  const [key, value] = kvCacheTypes.map((type) => type.toUpperCase()) as [CacheType, CacheType];
  return { experimentalKvCacheKeyType: key, experimentalKvCacheValueType: value };
}

type CacheType = Extract<LlamaContextOptions["experimentalKvCacheKeyType"], string>;
