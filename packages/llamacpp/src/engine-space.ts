import { totalmem } from "node:os";
import { freeMemory, InsufficientSpaceError } from "@quantlab/core";
import { type ContextSettings, cacheTypes, type Model } from "@quantlab/llama-capi";

/**
 * Bytes that may still be used. macOS calls only untouched pages free and makes room on demand, so there all memory
 * but a quarter counts.
 */
function usableMemory(): number {
  return process.platform === "darwin" ? totalmem() * 0.75 : freeMemory();
}

/** Throws an InsufficientSpaceError when a model file of `bytes` cannot be held in memory. */
export function checkModelFits(path: string, bytes: number): void {
  const free = usableMemory();
  if (bytes <= free) return;
  throw new InsufficientSpaceError(
    "memory",
    `loading ${path}`,
    bytes,
    free,
    "choose a smaller model or a smaller quantization, or close other programs",
  );
}

/** Throws an InsufficientSpaceError when a context's KV cache and logits cannot be held beside the model. */
export function checkContextFits(model: Model, settings: ContextSettings): void {
  const needed = cacheBytes(model, settings) + (settings.outputsMax ?? 1) * model.vocabularySize * 4;
  const free = usableMemory();
  if (needed <= free) return;
  throw new InsufficientSpaceError(
    "memory",
    `a context of ${settings.contextSize} tokens`,
    needed,
    free,
    "set a smaller contextSize, or smaller kvCacheTypes such as q8_0",
  );
}

/** Keys and values of every layer: layers × KV heads × head size × tokens × (bits of key + bits of value) / 8. */
function cacheBytes(model: Model, { contextSize, keyType, valueType }: ContextSettings): number {
  const { architecture, layers, keyValueHeads, embeddingSize, heads } = model;
  const headSize = Number(model.metadata(`${architecture}.attention.key_length`) ?? embeddingSize / heads);
  const values = layers * keyValueHeads * headSize * contextSize;
  return (values * (cacheTypes[keyType].bits + cacheTypes[valueType].bits)) / 8;
}
