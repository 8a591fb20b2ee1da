import { type Gguf, padded } from "./gguf/index.ts";
import { matrixMetadata, typesOf } from "./quantize-parameters.ts";
import type { QuantizePlan } from "./quantize-plan.ts";
import type { QuantizeRequest } from "./quantize-request.ts";
import type { ImportanceData } from "./read-importance-matrix.ts";

/** Alignment of what the quantizer writes. */
const alignment = 32;
/** Length and value type of an entry, length of a tensor's name, its axis count, type and offset. */
const [entryBytes, tensorBytes, axisBytes] = [8 + 4, 8 + 4 + 4 + 8, 8];
const numberBytes = 4;

/** The size of the file that a plan makes. Exact for one file from one file. */
export function quantizedBytes(
  request: QuantizeRequest,
  input: Gguf,
  matrix: ImportanceData | null,
  { tensors }: QuantizePlan,
): number {
  const added = { ...matrixMetadata(matrix), ...typesOf(request).metadata };
  const numbers = { "general.quantization_version": 2, "general.file_type": 0, ...added };
  let header = input.metadataEnd;
  for (const [key, value] of Object.entries(numbers)) {
    if (!input.metadata.has(key)) header += entryBytes + Buffer.byteLength(key) + valueBytes(value);
  }
  for (const { name, shape } of tensors) {
    const axes = shape.findLastIndex((length) => length > 1) + 1;
    header += tensorBytes + Buffer.byteLength(name) + axisBytes * Math.max(1, axes);
  }
  return tensors.reduce((sum, { bytes }) => sum + padded(bytes, alignment), padded(header, alignment));
}

function valueBytes(value: string | number | boolean): number {
  if (typeof value === "string") return 8 + Buffer.byteLength(value);
  return typeof value === "boolean" ? 1 : numberBytes;
}
