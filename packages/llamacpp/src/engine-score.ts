import type { LogitRows, ScoreRequest } from "@quantlab/core";
import type { Context, Model } from "@quantlab/llama-capi";

const defaultLogitsBytes = 80 * 2 ** 20;

/** Rows of logits to ask for at once: a micro batch, or fewer where the vocabulary is so large that memory counts. */
export function rowsAtOnce(
  vocabulary: number,
  microBatchSize: number,
  logitsBytes = defaultLogitsBytes,
): number {
  return Math.max(1, Math.min(microBatchSize, Math.floor(logitsBytes / (vocabulary * 4))));
}

/** Scores sequences in a context of its own and remembers what that context holds. */
export class Scorer implements Disposable {
  readonly context: Context;
  readonly #releases: boolean;
  #held = new Int32Array();

  constructor(context: Context) {
    this.context = context;
    this.#releases = worthReleasing(context.model);
  }

  /** Logits for the positions from `from` to the last of `ids`. The parts are views of the library's memory. */
  async *rows(
    { ids, from, reusePrefix = false }: ScoreRequest,
    signal: AbortSignal,
  ): AsyncGenerator<LogitRows> {
    if (from < 0 || from >= ids.length) {
      throw new RangeError(`from is ${from}, the sequence has ${ids.length} tokens`);
    }
    const { context } = this;
    const vocabulary = context.model.vocabularySize;
    const kept = this.#keep(reusePrefix ? Math.min(from, commonLength(this.#held, ids)) : 0);
    this.#held = ids.slice(0, kept);
    const rows = evenRows(ids.length - from, context.outputsMax);
    let start = kept;
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
      this.#held = ids.slice(0, end);
      yield { from: row, vocabulary, logits: context.logits(row - start, end - row) };
      start = end;
      // Lets a cancel be heard between two calls that block.
      await new Promise((resolve) => setImmediate(resolve));
    }
  }

  /** Leaves the first `tokens` in the context, or none where the model cannot forget a part. */
  #keep(tokens: number): number {
    if (tokens > 0 && this.context.rewind(tokens)) return tokens;
    this.context.clear();
    return 0;
  }

  [Symbol.dispose](): void {
    this.context[Symbol.dispose]();
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

/** The size of parts that are as few as may be and alike: 255 rows where 220 fit are parts of 128. */
function evenRows(rows: number, most: number): number {
  return Math.ceil(rows / Math.ceil(rows / most));
}

function commonLength(a: Int32Array, b: Int32Array): number {
  let length = 0;
  while (length < a.length && length < b.length && a[length] === b[length]) length++;
  return length;
}
