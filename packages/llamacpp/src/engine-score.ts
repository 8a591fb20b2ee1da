import type { LogitRows } from "@quantlab/core";
import type { Context } from "@quantlab/llama-capi";

const logitsBudgetBytes = 128 * 2 ** 20;

/** Rows of logits to ask for at once: a micro batch, or fewer where the vocabulary is so large that memory counts. */
export function rowsAtOnce(vocabulary: number, microBatchSize: number): number {
  return Math.max(1, Math.min(microBatchSize, Math.floor(logitsBudgetBytes / (vocabulary * 4))));
}

/**
 * Logits for the positions `from` to the last but one of `ids`, each of which predicts a token that is there. The
 * parts are views of the library's memory.
 */
export async function* scoreRows(
  context: Context,
  { ids, from }: { readonly ids: Int32Array; readonly from: number },
  signal: AbortSignal,
): AsyncGenerator<LogitRows> {
  const end = ids.length - 1;
  const vocabulary = context.model.vocabularySize;
  if (from < 0 || from > end) throw new RangeError(`from is ${from}, the sequence has ${ids.length} tokens`);
  context.clear();
  if (from > 0) context.decode(ids.subarray(0, from));
  for (let start = from; start < end; start += context.outputsMax) {
    signal.throwIfAborted();
    const part = ids.subarray(start, Math.min(start + context.outputsMax, end));
    context.decode(part, "all");
    yield { from: start, vocabulary, logits: context.logits(0, part.length) };
    await new Promise((resolve) => setImmediate(resolve));
  }
}
