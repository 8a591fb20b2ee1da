import { closest, type Json, UsageError } from "@quantlab/core";
import { type CacheType, cacheTypes } from "@quantlab/llama-capi";

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
  /** Tokens computed at once; 512 unless said. */
  readonly microBatchSize?: number;
  /** "auto" unless said, and "off" for a cache of f32, which flash attention would compute in f16. */
  readonly flashAttention?: "auto" | "on" | "off";
  /** Types of keys and values: "f16" unless said; "f32" for parity with float32 runtimes. */
  readonly kvCacheTypes?: readonly [key: CacheType, value: CacheType];
  /** Layers on the GPU; all of them unless said. */
  readonly gpuLayers?: number;
  /** Map the file instead of reading it; llama.cpp chooses by device unless said. */
  readonly mmap?: boolean;
  /** Keep the weights from being swapped out. */
  readonly mlock?: boolean;
  /** "auto": the best device whose binary is installed. false: the CPU alone. */
  readonly gpu?: "auto" | false;
}

const positive = (value: Json) => Number.isInteger(value) && (value as number) > 0;
const oneOf =
  (...allowed: readonly Json[]) =>
  (value: Json) =>
    allowed.includes(value);

const checks: Record<
  keyof LlamacppEngineOptions,
  readonly [fits: (value: Json) => boolean, expected: string]
> = {
  threads: [positive, "a whole number above 0"],
  batchThreads: [positive, "a whole number above 0"],
  contextSize: [positive, "a whole number above 0"],
  batchSize: [positive, "a whole number above 0"],
  microBatchSize: [positive, "a whole number above 0"],
  flashAttention: [oneOf("auto", "on", "off"), "auto, on or off"],
  kvCacheTypes: [
    (value) => Array.isArray(value) && value.length === 2 && value.every(oneOf(...Object.keys(cacheTypes))),
    `two of ${Object.keys(cacheTypes).join(", ")}`,
  ],
  gpuLayers: [(value) => value === 0 || positive(value), "0 or a whole number above it"],
  mmap: [oneOf(true, false), "true or false"],
  mlock: [oneOf(true, false), "true or false"],
  gpu: [oneOf("auto", false), "auto or false"],
};

/** Returns the options that are set; an unknown name or a value that does not fit is a UsageError. */
export function checkEngineOptions(
  options: Readonly<Record<string, Json | undefined>>,
): LlamacppEngineOptions {
  const set = Object.entries(options).filter((entry): entry is [string, Json] => entry[1] !== undefined);
  for (const [name, value] of set) {
    const check = Object.hasOwn(checks, name) ? checks[name as keyof LlamacppEngineOptions] : null;
    if (!check) {
      const names = Object.keys(checks);
      const nearest = closest(name, names);
      throw new UsageError(
        `llamacpp-engine has no option "${name}"`,
        `${nearest ? `did you mean ${nearest}? ` : ""}Available: ${names.join(", ")}`,
      );
    }
    const [fits, expected] = check;
    if (!fits(value)) {
      throw new UsageError(`llamacpp-engine: ${name} is ${JSON.stringify(value)}`, `give ${expected}`);
    }
  }
  return Object.fromEntries(set);
}
