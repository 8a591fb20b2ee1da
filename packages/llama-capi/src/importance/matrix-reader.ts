import { closeSync, openSync, readSync } from "node:fs";
import { BadFileError } from "@quantlab/core";
import { type Gguf, metadataNumber, readGguf, type Tensor } from "../gguf/index.ts";

/** How much each input column of each tensor mattered in a calibration text. */
export interface ImportanceData {
  readonly path: string;
  readonly chunks: number;
  /** Tokens of one chunk. */
  readonly chunkSize: number;
  /** By tensor name: the mean square of every input column, one expert after the other. */
  readonly entries: ReadonlyMap<string, Float32Array>;
}

const sums = ".in_sum2";
const counts = ".counts";

/**
 * Reads the importance matrix that llama-imatrix writes today: for every tensor T a row `T.in_sum2` of sums for each
 * expert, and in `T.counts` over how many activations. A file that is something else, or whose values are not finite,
 * is a BadFileError.
 */
export function readImportanceMatrix(file: string): ImportanceData {
  const gguf = readGguf(file);
  const [chunks, chunkSize] = ["imatrix.chunk_count", "imatrix.chunk_size"].map((key) =>
    metadataNumber(gguf.metadata, key),
  );
  if (chunks == null || chunkSize == null) throw bad(file, "is a GGUF file, but no importance matrix");
  const tensors = new Map(gguf.tensors.map((tensor) => [tensor.name, tensor]));
  const entries = new Map<string, Float32Array>();
  const descriptor = openSync(file, "r");
  try {
    for (const { name } of gguf.tensors) {
      const base = name.replace(/\.(in_sum2|counts)$/, "");
      if (base === name || entries.has(base)) continue;
      const [sum, count] = [tensors.get(base + sums), tensors.get(base + counts)];
      if (!sum || !count) throw bad(file, `has ${name} without its other half`);
      const read = (tensor: Tensor) => floatsOf(descriptor, gguf, tensor);
      entries.set(base, meansOf(file, base, read(sum), read(count)));
    }
  } finally {
    closeSync(descriptor);
  }
  if (entries.size === 0) throw bad(file, "holds no importance data");
  return { path: file, chunks, chunkSize, entries };
}

function bad(file: string, problem: string): BadFileError {
  return new BadFileError(file, problem, 'give one that llama-imatrix or "pnpm lab imatrix" made, as GGUF');
}

function floatsOf(descriptor: number, gguf: Gguf, tensor: Tensor): Float32Array {
  if (tensor.type.name !== "F32") throw bad(gguf.path, `has ${tensor.name} in ${tensor.type.name}, not F32`);
  const values = new Float32Array(tensor.elements);
  const bytes = new Uint8Array(values.buffer);
  const start = gguf.dataOffset + tensor.offset;
  for (let read = 0; read < bytes.length; ) {
    const more = readSync(descriptor, bytes, read, bytes.length - read, start + read);
    if (more === 0) throw bad(gguf.path, `ended while ${tensor.name} was read`);
    read += more;
  }
  return values;
}

/** As llama-quantize weighs them: an expert that never was asked counts the same everywhere. */
function meansOf(file: string, name: string, sum: Float32Array, count: Float32Array): Float32Array {
  if (sum.length % count.length !== 0)
    throw bad(file, `has ${sum.length} sums and ${count.length} counts of ${name}`);
  const columns = sum.length / count.length;
  const means = sum.map((value, i) => {
    const times = Math.round(count[Math.floor(i / columns)]!);
    return times > 0 ? value / times : 1;
  });
  if (!means.every(Number.isFinite)) throw bad(file, `has a value for ${name} that is no finite number`);
  return means;
}
