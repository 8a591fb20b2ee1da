import type { LogitRows, ScoreRequest } from "@quantlab/core";
import type { Context } from "@quantlab/llama-capi";

const logitsBudgetBytes = 128 * 2 ** 20;

/** Rows of logits to ask for at once: a micro batch, or fewer where the vocabulary is so large that memory counts. */
export function rowsAtOnce(vocabulary: number, microBatchSize: number): number {
  return Math.max(1, Math.min(microBatchSize, Math.floor(logitsBudgetBytes / (vocabulary * 4))));
}

/** Scores sequences in a context of its own and remembers what that context holds. */
export class Scorer implements Disposable {
  readonly context: Context;
  #held = new Int32Array();

  constructor(context: Context) {
    this.context = context;
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
    if (kept < from) context.decode(ids.subarray(kept, from));
    for (let start = from; start < ids.length; start += context.outputsMax) {
      signal.throwIfAborted();
      const part = ids.subarray(start, start + context.outputsMax);
      context.decode(part, "all");
      this.#held = ids.slice(0, start + part.length);
      yield { from: start, vocabulary, logits: context.logits(0, part.length) };
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

function commonLength(a: Int32Array, b: Int32Array): number {
  let length = 0;
  while (length < a.length && length < b.length && a[length] === b[length]) length++;
  return length;
}
