import { fullTypes, type QuantizedType } from "@quantlab/core";
import { type TensorType, tensorType } from "../gguf/index.ts";

const counts = ["I8", "I16", "I32", "I64", "F64"];

/** Whether a tensor of this type has lost something already. */
export function isQuantized({ name }: TensorType): boolean {
  return !fullTypes.includes(name) && !counts.includes(name);
}

/** Whether a row of this length can be stored in the type: its blocks never reach over the end of a row. */
export function fitsRow(type: QuantizedType, rowLength: number): boolean {
  return rowLength % tensorType(type).elements === 0;
}
