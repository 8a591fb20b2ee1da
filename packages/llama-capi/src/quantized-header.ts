import { fileTypes } from "./file-types.ts";
import {
  entryOf,
  headerOf,
  type PlannedTensor,
  planTensor,
  tensorType,
  type WritableValue,
} from "./gguf/index.ts";
import { matrixMetadata, typesOf } from "./quantize-parameters.ts";
import type { QuantizePlan } from "./quantize-plan.ts";
import type { QuantizeRequest } from "./quantize-request.ts";
import type { ImportanceData } from "./read-importance-matrix.ts";

/**
 * What stands before the weights of the file that a plan makes, which the library writes last; and its tensors. Exact
 * for one file from one file, whose metadata are the bytes of each entry.
 */
export function quantizedHeader(
  request: QuantizeRequest,
  metadata: ReadonlyMap<string, Uint8Array>,
  matrix: ImportanceData | null,
  { tensors: planned }: QuantizePlan,
): { readonly header: Buffer; readonly tensors: readonly PlannedTensor[] } {
  const entries = new Map(metadata);
  // What the library sets goes to the end, wherever it was.
  const set = (key: string, value: WritableValue) => {
    entries.delete(key);
    entries.set(key, entryOf(key, value));
  };
  const { fileType, metadata: own } = typesOf(request);
  set("general.quantization_version", { u32: 2 });
  set("general.file_type", { u32: fileTypes[fileType] });
  for (const key of ["split.no", "split.count", "split.tensors.count"]) entries.delete(key);
  for (const [key, value] of Object.entries({ ...matrixMetadata(matrix), ...own })) set(key, writable(value));
  const tensors = planned.map(({ name, shape, to }) =>
    planTensor(
      name,
      shape.slice(0, Math.max(1, shape.findLastIndex((length) => length > 1) + 1)),
      tensorType(to),
    ),
  );
  return { header: headerOf([...entries.values()], tensors), tensors };
}

/** As the library stores the values that it is given: whole numbers without their sign. */
function writable(value: string | number | boolean): WritableValue {
  if (typeof value !== "number") return value;
  return Number.isInteger(value) ? { u32: Math.abs(value) } : { f32: value };
}
