import { createHash } from "node:crypto";
import { type FileHandle, open } from "node:fs/promises";
import { digestOf } from "@quantlab/core";
import { ggufBytes, ggufHeader, type WritableValue, writeAll, writeTensor } from "@quantlab/llama-capi";
import type { Shape } from "../../catalogue/entries.ts";
import { syntheticKey } from "../../forms/gguf-file.ts";
import { mixedType } from "./mix.ts";
import { headSizeOf, planOf } from "./shape.ts";
import { tokenizerOf } from "./tokenizer.ts";
import { Weights } from "./weights.ts";

/** Raised whenever the same shape, type and seed would give other bytes. */
export const generatorVersion = "2";

export interface SyntheticModel {
  readonly id: string;
  readonly shape: Shape;
  readonly seed: number;
  /** "F16", or a quantized file type that is written directly, in random blocks with sane scales. */
  readonly fileType: string;
  /** llama.cpp's number of that file type. */
  readonly fileTypeNumber: number;
}

/** Everything of the file but its weights, and its final size in bytes. */
export function planSynthetic(model: SyntheticModel) {
  const tensors = planOf(model.shape, (tensor) => mixedType(model.fileType, model.shape, tensor));
  const header = ggufHeader(metadataOf(model), tensors);
  return { tensors, header, bytes: ggufBytes(header, tensors) };
}

/** What decides the file's bytes. */
export function syntheticDigest(model: SyntheticModel): string {
  const { shape, seed, fileType, id } = model;
  return digestOf({ id, shape: { ...shape }, seed, fileType, generatorVersion });
}

/**
 * Writes a model of random weights, normal around 0 with deviation 0.02, norms 1. To fill a gigabyte in seconds
 * every tensor repeats one random pattern of its type (some 9 MB), begun at a place of its own; the pattern's
 * length is prime, so no two rows of a matrix are alike. Returns the file's sha256.
 */
export async function writeSynthetic(
  path: string,
  model: SyntheticModel,
  options: { readonly signal?: AbortSignal | undefined; readonly onBytes?: (written: number) => void } = {},
): Promise<string> {
  const plan = planSynthetic(model);
  const hash = createHash("sha256");
  let written = 0;
  const count = (piece: Uint8Array) => {
    options.signal?.throwIfAborted();
    hash.update(piece);
    written += piece.length;
    options.onBytes?.(written);
  };
  const weights = new Weights(model.seed);
  const file: FileHandle = await open(path, "wx");
  try {
    count(plan.header);
    await writeAll(file, plan.header);
    for (const tensor of plan.tensors) await writeTensor(file, tensor, weights.of(tensor), count);
    await file.sync();
  } finally {
    await file.close();
  }
  return hash.digest("hex");
}

function metadataOf({ id, shape, seed, fileTypeNumber }: SyntheticModel): Record<string, WritableValue> {
  const of = (key: string) => `${shape.architecture}.${key}`;
  return {
    "general.architecture": shape.architecture,
    "general.type": "model",
    "general.name": `${id} (random weights)`,
    "general.description":
      "Random weights in a real model's shape: speed and memory mean something, text does not",
    "general.file_type": { u32: fileTypeNumber },
    "general.quantization_version": { u32: 2 },
    [syntheticKey]: true,
    "quantlab.seed": { u32: seed },
    [of("block_count")]: { u32: shape.layers },
    [of("context_length")]: { u32: shape.context },
    [of("embedding_length")]: { u32: shape.hidden },
    [of("feed_forward_length")]: { u32: shape.feedForward },
    [of("attention.head_count")]: { u32: shape.heads },
    [of("attention.head_count_kv")]: { u32: shape.keyValueHeads },
    [of("attention.layer_norm_rms_epsilon")]: { f32: shape.normEpsilon },
    [of("rope.freq_base")]: { f32: shape.ropeBase },
    [of("rope.dimension_count")]: { u32: headSizeOf(shape) },
    ...(shape.headSize && {
      [of("attention.key_length")]: { u32: shape.headSize },
      [of("attention.value_length")]: { u32: shape.headSize },
    }),
    [of("vocab_size")]: { u32: shape.vocabulary },
    ...tokenizerOf(shape),
  };
}
