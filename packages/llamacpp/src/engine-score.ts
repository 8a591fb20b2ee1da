import { isDeepStrictEqual } from "node:util";
import type { LogitRows, ScoreRequest } from "@quantlab/core";
import type { Context, Model } from "@quantlab/llama-capi";

const defaultLogitsBytes = 80 * 2 ** 20;

/** Rows of logits to ask for at once: a micro batch, or fewer where the vocabulary is so large that memory counts. */
export function rowsAtOnce(
  vocabulary: number,
  microBatchSize: number,
  logitsBytes = defaultLogitsBytes,
): number {
  const rows = Math.max(1, Math.min(microBatchSize, Math.floor(logitsBytes / (vocabulary * 4))));
  return rows < tileRows ? rows : rows - (rows % tileRows);
}

/**
 * With passes of 85 or of 32 rows a quantized model's perplexity differs from that of full passes in its fourth digit,
 * with passes of 64 or of 128 in none: a text is to have one perplexity, whatever the memory for logits.
 */
const tileRows = 64;

/** Scores sequences in a context of its own, where the prefix of the last request may still stand. */
export class Scorer {
  readonly context: Context;
  readonly #releases: boolean;
  /** What the context begins with, run on its own; null where it was not. */
  #prefix: Int32Array | null = null;

  constructor(context: Context) {
    this.context = context;
    this.#releases = worthReleasing(context.model);
  }

  /** Logits for the positions from `from` to the last of `ids`. The parts are views of the library's memory. */
  async *rows(
    { ids, from, prefixFirst = false }: ScoreRequest,
    signal: AbortSignal,
  ): AsyncGenerator<LogitRows> {
    if (from < 0 || from >= ids.length) {
      throw new RangeError(`from is ${from}, the sequence has ${ids.length} tokens`);
    }
    const { context } = this;
    const vocabulary = context.model.vocabularySize;
    if (prefixFirst) this.#runPrefix(ids.subarray(0, from));
    else this.#clear();
    const rows = context.outputsMax;
    let start = prefixFirst ? from : 0;
    for (let row = from; row < ids.length; row += rows) {
      signal.throwIfAborted();
      const end = Math.min(row + rows, ids.length);
      if (end - start > context.batchSize) {
        context.decode(ids.subarray(start, row));
        start = row;
      }
      // What is before the rows goes in with them: a fuller pass costs less a token.
      context.decode(ids.subarray(start, end), row - start);
      if (this.#releases) context.model.releaseMapped();
      yield { from: row, vocabulary, logits: context.logits(row - start, end - row) };
      start = end;
      // Lets a cancel be heard between two calls that block.
      await new Promise((resolve) => setImmediate(resolve));
    }
  }

  /**
   * Leaves the context with the prefix alone. Only one that is the same as a whole is kept: what two prompts begin with
   * would be rounded otherwise than in a pass over all of one.
   */
  #runPrefix(prefix: Int32Array): void {
    if (this.#prefix && isDeepStrictEqual(this.#prefix, prefix) && this.context.rewind(prefix.length)) return;
    this.#clear();
    this.context.decode(prefix);
    this.#prefix = prefix.slice();
  }

  #clear(): void {
    this.#prefix = null;
    this.context.clear();
  }
}

/**
 * Whether pages of the model's file stand in memory for little: rows of embeddings bring their neighbours, until the
 * whole table is there beside its copy. A small file is not worth the look, nor one that is computed with as it lies.
 */
function worthReleasing({ buffers, bytes }: Model): boolean {
  const mapped = Object.entries(buffers).filter(([kind]) => kind.endsWith("_Mapped"));
  const mappedBytes = mapped.reduce((sum, [, size]) => sum + size, 0);
  const allBytes = Object.values(buffers).reduce((sum, size) => sum + size, 0);
  return bytes > 2 ** 26 && allBytes > 1.5 * mappedBytes;
}
