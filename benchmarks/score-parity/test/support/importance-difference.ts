import { EngineError } from "@quantlab/core";
import { readImportanceMatrix } from "@quantlab/llama-capi";

export interface ImportanceDifference {
  readonly tensors: number;
  readonly entries: number;
  /** The largest |a − b| / max(|a|, |b|) over the mean squares of all columns. */
  readonly largest: number;
}

/** How far two importance matrices lie apart as llama-quantize reads them; other tensors or chunks are an EngineError. */
export function importanceDifference(a: string, b: string): ImportanceDifference {
  const [left, right] = [readImportanceMatrix(a), readImportanceMatrix(b)];
  if (left.chunks !== right.chunks || left.chunkSize !== right.chunkSize) {
    const [one, other] = [left, right].map(
      ({ chunks, chunkSize }) => `${chunks} chunks of ${chunkSize} tokens`,
    );
    throw new EngineError("importance matrix", `one file is of ${one}, the other of ${other}`);
  }
  const names = new Set([...left.entries.keys(), ...right.entries.keys()]);
  let [entries, largest] = [0, 0];
  for (const name of names) {
    const [values, others] = [left.entries.get(name), right.entries.get(name)];
    if (values?.length !== others?.length || !values || !others)
      throw new EngineError(
        "importance matrix",
        `the files hold ${name} in two shapes, or one of them does not`,
      );
    entries += values.length;
    for (const [column, value] of values.entries()) {
      const scale = Math.max(Math.abs(value), Math.abs(others[column]!));
      if (scale > 0) largest = Math.max(largest, Math.abs(value - others[column]!) / scale);
    }
  }
  return { tensors: names.size, entries, largest };
}
