import type { Json } from "@quantlab/core";
import { cacheType } from "@quantlab/llama-capi";
import type { GenerateJob } from "./generate.ts";

/** The flags of `lab generate`, as commander hands them over. */
export interface GenerateOptions {
  /** The backend's own default unless said. */
  readonly model?: string;
  readonly prompt?: string;
  readonly predict: number;
  readonly threads?: number;
  readonly ctxSize?: number;
  readonly temp: number;
  readonly topK: number;
  readonly topP: number;
  readonly seed: number;
  readonly cacheTypeK?: string;
  readonly cacheTypeV?: string;
  readonly flashAttn?: string;
  readonly nGpuLayers?: number;
  readonly raw?: true;
  readonly ignoreEos?: true;
  readonly backend: string;
}

const usualCacheType = "f16";

/** What was typed, under the names that the backends give their options: each refuses what it does not know. */
export function backendOptions(options: GenerateOptions): Record<string, Json> {
  const { cacheTypeK, cacheTypeV } = options;
  const cacheTypes = [cacheTypeK, cacheTypeV].map((type) => cacheType(type ?? usualCacheType));
  return {
    ...(options.threads === undefined ? {} : { threads: options.threads }),
    ...(options.ctxSize === undefined ? {} : { contextSize: options.ctxSize }),
    ...(options.nGpuLayers === undefined ? {} : { gpuLayers: options.nGpuLayers }),
    ...(options.flashAttn === undefined ? {} : { flashAttention: options.flashAttn }),
    ...(cacheTypeK === undefined && cacheTypeV === undefined ? {} : { kvCacheTypes: cacheTypes }),
  };
}

export function samplingFrom({ temp, topK, topP, seed }: GenerateOptions): GenerateJob["sampling"] {
  return temp === 0 ? "greedy" : { temperature: temp, topK, topP, seed };
}
