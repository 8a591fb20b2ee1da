import { BadFileError } from "@quantlab/core";
import { type Gguf, metadataNumber, metadataText } from "../gguf/index.ts";
import type { ImportanceData } from "../importance/matrix-reader.ts";

/**
 * Throws a BadFileError where an importance matrix cannot have been computed from this model: it names a tensor that
 * the model lacks, has another number of columns, or says nothing of a whole layer. llama-quantize would pass over
 * the first and the last and quantize without importance.
 */
export function requireMatrixOf(model: Gguf, matrix: ImportanceData): void {
  const tensors = new Map(model.tensors.map((tensor) => [tensor.name, tensor]));
  for (const [name, data] of matrix.entries) {
    const tensor = tensors.get(name);
    if (!tensor) throw foreign(model, matrix, `it speaks of ${name}, which the model lacks`);
    const columns = tensor.shape[0]! * (tensor.shape[2] ?? 1);
    if (columns !== data.length)
      throw foreign(model, matrix, `${name} has ${columns} columns, in the matrix ${data.length}`);
  }
  const covered = new Set([...matrix.entries.keys()].map(layerOf));
  const missing = ownLayers(model).find((layer) => !covered.has(layer));
  if (missing !== undefined) throw foreign(model, matrix, `it says nothing of layer ${missing}`);
}

/** The layers that a forward pass runs: those that guess further tokens ahead stay without importance. */
function ownLayers({ metadata, tensors }: Gguf): number[] {
  const architecture = metadataText(metadata, "general.architecture");
  const number = (key: string) => metadataNumber(metadata, `${architecture}.${key}`);
  const ahead = number("nextn_predict_layers") ?? 0;
  const end = (number("block_count") ?? 0) - ahead;
  const layers = tensors.filter(({ shape }) => shape.length > 1).map(({ name }) => layerOf(name));
  return [...new Set(layers)].filter((layer) => layer !== null && layer < end) as number[];
}

function layerOf(name: string): number | null {
  const match = /^blk\.(\d+)\./.exec(name);
  return match && Number(match[1]);
}

function foreign(model: Gguf, matrix: ImportanceData, why: string): BadFileError {
  return new BadFileError(
    matrix.path,
    `is the importance matrix of another model than ${model.path}: ${why}`,
    "compute one from this model (pnpm lab imatrix), or quantize without",
  );
}
