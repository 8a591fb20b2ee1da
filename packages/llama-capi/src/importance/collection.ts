import { EngineError, plainText } from "@quantlab/core";
import { Context } from "../context/context.ts";
import { ParallelBatch } from "../context/parallel-batch.ts";
import type { Model } from "../model/model.ts";
import { type Importance, ImportanceCollector } from "./collector.ts";
import { NodeWatcher } from "./node-watcher.ts";

export interface ImportanceSettings {
  /** Tokens of a chunk, each read from an empty context. */
  readonly chunkSize: number;
  /** The first chunks of the text; all of them unless said. */
  readonly chunks?: number;
  /** Also the output's matrix, where the model has one beside its embedding. */
  readonly processOutput?: boolean;
  readonly threads: number;
  readonly onChunk?: (done: number, total: number) => void;
}

export interface CollectedImportance {
  readonly tensors: ReadonlyMap<string, Importance>;
  readonly chunks: number;
}

/** Tokens of one call of llama-imatrix, which is filled with whole chunks, and tokens that are computed at once. */
const [batchTokens, mostAtOnce] = [2048, 512];

/**
 * What each weight of a model is multiplied with while it reads a text, by the protocol of llama.cpp's imatrix tool:
 * full chunks, BOS in the place of the first token where the model wants it, special tokens read as plain text. Blocks
 * the process but between the pieces. Throws an EngineError for a text of less than two chunks.
 */
export async function collectImportance(
  model: Model,
  text: string,
  settings: ImportanceSettings,
): Promise<CollectedImportance> {
  const { chunkSize, threads, processOutput = false, onChunk } = settings;
  const chunks = chunksOf(model, text, settings);
  const collector = new ImportanceCollector(model.llama, { processOutput });
  using watcher = new NodeWatcher(
    model.llama,
    (tensor) => collector.wants(tensor),
    (tensor) => collector.see(tensor),
  );
  const together = Math.max(1, Math.floor(batchTokens / chunkSize));
  using context = new Context(model, {
    contextSize: together * chunkSize,
    sequences: together,
    batchSize: mostAtOnce,
    microBatchSize: mostAtOnce,
    // Every token has logits, or the last block would compute its feed-forward for one alone.
    outputsMax: mostAtOnce,
    threads,
    batchThreads: threads,
    flashAttention: "auto",
    keyType: "f16",
    valueType: "f16",
    watcher,
  });
  using batch = new ParallelBatch(context);
  for (let first = 0; first < chunks.length; first += together) {
    const group = chunks.slice(first, first + together);
    context.clear();
    // In the pieces that the library cuts llama-imatrix's calls into: a last one of few tokens is left out.
    const step = Math.floor(mostAtOnce / group.length);
    for (let position = 0; position < chunkSize; position += step) {
      batch.decode(
        group.map((chunk, sequence) => ({
          sequence,
          position,
          ids: chunk.subarray(position, position + step),
          logits: "all",
        })),
      );
      context.synchronize();
      watcher.check();
      await new Promise((resolve) => setImmediate(resolve));
    }
    onChunk?.(first + group.length, chunks.length);
  }
  if (collector.found.size === 0)
    throw new EngineError("llama.cpp", `${model.path} multiplies with no matrix of a block`);
  return { tensors: collector.found, chunks: chunks.length };
}

function chunksOf(
  model: Model,
  text: string,
  { chunkSize, chunks = Number.POSITIVE_INFINITY }: ImportanceSettings,
): Int32Array[] {
  const ids = model.tokenize(text, plainText);
  if (ids.length < 2 * chunkSize) {
    throw new EngineError(
      "llama.cpp",
      `the text has ${ids.length} tokens, and two chunks of ${chunkSize} are the least`,
      `take a longer text, or smaller chunks: -c ${Math.max(16, 2 ** Math.floor(Math.log2(ids.length / 2)))}`,
    );
  }
  return Array.from({ length: Math.min(chunks, Math.floor(ids.length / chunkSize)) }, (_, index) => {
    const chunk = ids.slice(index * chunkSize, (index + 1) * chunkSize);
    if (model.addsBos) chunk[0] = model.bos;
    return chunk;
  });
}
