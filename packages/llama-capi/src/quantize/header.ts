import { closeSync, openSync, readSync } from "node:fs";
import {
  entryOf,
  type Gguf,
  headerOf,
  type PlannedTensor,
  planTensor,
  tensorType,
  type WritableValue,
} from "../gguf/index.ts";
import type { ImportanceData } from "../importance/matrix-reader.ts";
import type { QuantizeRequest } from "../quantize-request.ts";
import { fileTypes } from "./file-types.ts";
import { ownMetadata } from "./parameters.ts";
import type { QuantizePlan } from "./plan.ts";

/** What stands before the weights of the file that a plan makes, which the library writes last; and its tensors. */
export function quantizedHeader(
  request: QuantizeRequest,
  input: Gguf,
  matrix: ImportanceData | null,
  { tensors: planned }: QuantizePlan,
): { readonly header: Buffer; readonly tensors: readonly PlannedTensor[] } {
  const entries = entriesOf(input);
  // What the library sets goes to the end, wherever it was.
  const set = (key: string, value: WritableValue) => {
    entries.delete(key);
    entries.set(key, entryOf(key, value));
  };
  set("general.quantization_version", { u32: 2 });
  set("general.file_type", { u32: fileTypes[request.type] });
  for (const key of ["split.no", "split.count", "split.tensors.count"]) entries.delete(key);
  for (const [key, u32] of Object.entries(ownMetadata(request, matrix))) set(key, { u32 });
  const tensors = planned.map(({ name, shape, to }) =>
    planTensor(name, shape.slice(0, shape.findLastIndex((length) => length > 1) + 1 || 1), tensorType(to)),
  );
  return { header: headerOf([...entries.values()], tensors), tensors };
}

/** The bytes of each metadata entry of a file. */
function entriesOf({ path, entries, dataOffset }: Gguf): Map<string, Uint8Array> {
  const bytes = Buffer.alloc(dataOffset);
  const descriptor = openSync(path, "r");
  try {
    readSync(descriptor, bytes, 0, dataOffset, 0);
  } finally {
    closeSync(descriptor);
  }
  return new Map(Array.from(entries, ([key, [start, end]]) => [key, bytes.subarray(start, end)]));
}
