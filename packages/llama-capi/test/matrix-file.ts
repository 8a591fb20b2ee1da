import { writeFile } from "node:fs/promises";
import { ggufHeader, padded, planTensor, readGguf, tensorType } from "../src/index.ts";

/** What each column of a tensor sums to, and over how many activations. */
export interface MatrixEntry {
  readonly sums: readonly number[];
  readonly counts: readonly number[];
}

/** An importance matrix that a model of these tensors could have: made up, the same each time. */
export function madeUpMatrix(model: string): Record<string, MatrixEntry> {
  const weights = readGguf(model).tensors.filter(({ name, shape }) => /^blk.*weight$/.test(name) && shape[1]);
  return Object.fromEntries(
    weights.map(({ name, shape }, i) => {
      const sums = Array.from({ length: shape[0]! }, (_, j) => Math.fround(((i * 31 + j * 17) % 101) + 0.37));
      return [name, { sums, counts: [64] }];
    }),
  );
}

const float = tensorType("F32");

/** Writes a matrix as llama-imatrix does. */
export async function writeMatrix(
  file: string,
  entries: Readonly<Record<string, MatrixEntry>>,
  metadata: Parameters<typeof ggufHeader>[0] = {
    "general.type": "imatrix",
    "imatrix.datasets": ["made-up.txt"],
    "imatrix.chunk_count": { u32: 4 },
    "imatrix.chunk_size": { u32: 128 },
  },
): Promise<string> {
  const rows = Object.entries(entries).flatMap(([name, { sums, counts }]) => [
    {
      values: sums,
      tensor: planTensor(`${name}.in_sum2`, [sums.length / counts.length, counts.length], float),
    },
    { values: counts, tensor: planTensor(`${name}.counts`, [1, counts.length], float) },
  ]);
  const header = ggufHeader(
    metadata,
    rows.map(({ tensor }) => tensor),
  );
  const data = rows.map(({ values }) => {
    const bytes = Buffer.from(Float32Array.from(values).buffer);
    return Buffer.concat([bytes, Buffer.alloc(padded(bytes.length, 32) - bytes.length)]);
  });
  await writeFile(file, Buffer.concat([header, ...data]));
  return file;
}
