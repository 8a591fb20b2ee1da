import { UnknownNameError } from "@quantlab/core";

/** The types in which llama.cpp can keep keys and values, by its own names, with their `ggml_type` and bits a value. */
export const cacheTypes = {
  f32: { type: 0, bits: 32 },
  f16: { type: 1, bits: 16 },
  bf16: { type: 30, bits: 16 },
  q8_0: { type: 8, bits: 8.5 },
  q5_1: { type: 7, bits: 6 },
  q5_0: { type: 6, bits: 5.5 },
  q4_1: { type: 3, bits: 5 },
  q4_0: { type: 2, bits: 4.5 },
  iq4_nl: { type: 20, bits: 4.5 },
} as const satisfies Record<string, { readonly type: number; readonly bits: number }>;

export type CacheType = keyof typeof cacheTypes;

/** Throws an UnknownNameError for a name that is no cache type. */
export function cacheType(name: string): CacheType {
  if (!Object.hasOwn(cacheTypes, name)) {
    throw new UnknownNameError("KV cache type", name, Object.keys(cacheTypes));
  }
  return name as CacheType;
}
