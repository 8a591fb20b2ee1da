import {
  checkOptions,
  type Json,
  naturalNumber,
  type OptionCheck,
  oneOf,
  positiveInteger,
} from "@quantlab/core";
import type { LlamaContextOptions, LlamaOptions } from "node-llama-cpp";
import { type CommonOptions, commonChecks } from "./common-options.ts";

/** What node-llama-cpp lets an application choose; the engine's options of the same name mean the same. */
export interface LlamacppSessionOptions extends CommonOptions {
  /** Tokens computed at once; sets n_batch and n_ubatch both. 512 unless said. */
  readonly batchSize?: number;
  /** Layers on the GPU; "auto", the default, fits as many as its memory takes. */
  readonly gpuLayers?: number | "auto" | "max";
  /** Which binary to load; "auto" is the best one that is installed, false the CPU's. */
  readonly gpu?: "auto" | "metal" | "cuda" | "vulkan" | false;
}

export const sessionChecks: Readonly<Record<keyof LlamacppSessionOptions, OptionCheck>> = {
  ...commonChecks,
  batchSize: positiveInteger,
  gpuLayers: [
    (value) => naturalNumber[0](value) || value === "auto" || value === "max",
    "0 or more, auto or max",
  ],
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
