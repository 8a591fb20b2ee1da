import { open } from "node:fs/promises";
import { ggufHeader, planTensor, tensorType, writeAll, writeTensor } from "../gguf/index.ts";
import type { CollectedImportance } from "./collection.ts";

export interface ImportanceMatrixFacts {
  /** Name of the text, as llama.cpp's tools repeat it. */
  readonly dataset: string;
  /** Tokens of one chunk. */
  readonly chunkSize: number;
}

/**
 * Writes what was collected in llama.cpp's GGUF form: for every tensor T a row of sums for each matrix in `T.in_sum2`
 * and counts in `T.counts`, in the order of their names.
 */
export async function writeImportanceMatrix(
  path: string,
  { tensors }: CollectedImportance,
  { dataset, chunkSize }: ImportanceMatrixFacts,
): Promise<void> {
  const entries = [...tensors].sort(([a], [b]) => (a < b ? -1 : 1));
  const planned = entries.flatMap(([name, { sums, counts }]) => [
    { tensor: plan(`${name}.in_sum2`, sums.length / counts.length, counts.length), values: sums },
    { tensor: plan(`${name}.counts`, 1, counts.length), values: Float32Array.from(counts) },
  ]);
  const most = Math.max(...entries.map(([, { counts }]) => counts.reduce((a, b) => Math.max(a, b), 0)));
  const header = ggufHeader(
    {
      "general.type": "imatrix",
      "imatrix.datasets": [dataset],
      // Whole chunks of what was summed, which is how llama.cpp counts.
      "imatrix.chunk_count": { u32: Math.floor(most / chunkSize) },
      "imatrix.chunk_size": { u32: chunkSize },
    },
    planned.map(({ tensor }) => tensor),
  );
  await using file = await open(path, "wx");
  await writeAll(file, header);
  for (const { tensor, values } of planned)
    await writeTensor(file, tensor, [new Uint8Array(values.buffer)], () => {});
  await file.sync();
}

/** Without axes of length 1 at the end, as ggml writes them. */
function plan(name: string, columns: number, rows: number) {
  return planTensor(name, rows === 1 ? [columns] : [columns, rows], tensorType("F32"));
}
