import type { Json } from "@quantlab/core";
import { cacheType } from "@quantlab/llama-capi";
import type { BackendName, GenerateJob } from "./messages.ts";

/** The flags of `lab generate`, as commander hands them over. */
export interface GenerateOptions {
  readonly model: string;
  readonly prompt?: string;
  readonly predict: number;
  readonly threads?: number;
  readonly ctxSize?: number;
  readonly temp: number;
  readonly topK: number;
  readonly topP: number;
  readonly seed: number;
  readonly cacheTypeK: string;
  readonly cacheTypeV: string;
  readonly flashAttn: string;
  readonly nGpuLayers?: number;
  readonly raw?: true;
  readonly ignoreEos?: true;
  readonly backend: BackendName;
}

/** The same under the names that the backends give their options. */
export function backendOptions(options: GenerateOptions): Record<string, Json> {
  return {
    ...(options.threads === undefined ? {} : { threads: options.threads }),
    ...(options.ctxSize === undefined ? {} : { contextSize: options.ctxSize }),
    ...(options.nGpuLayers === undefined ? {} : { gpuLayers: options.nGpuLayers }),
    flashAttention: options.flashAttn,
    kvCacheTypes: [cacheType(options.cacheTypeK), cacheType(options.cacheTypeV)],
  };
}

export function samplingFrom({ temp, topK, topP, seed }: GenerateOptions): GenerateJob["sampling"] {
  return temp === 0 ? "greedy" : { temperature: temp, topK, topP, seed };
}
