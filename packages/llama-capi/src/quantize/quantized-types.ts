import { type TensorType, tensorType } from "../gguf/index.ts";

const plain = { needsImportanceMatrix: false };
const guided = { needsImportanceMatrix: true };

/**
 * Every tensor type that llama.cpp's quantizer writes, full ones first. Those that need an importance matrix are
 * refused by the library for every tensor but the embeddings and the output.
 */
export const quantizedTypes = {
  F32: plain,
  F16: plain,
  BF16: plain,
  Q8_0: plain,
  Q6_K: plain,
  Q5_K: plain,
  Q5_1: plain,
  Q5_0: plain,
  Q4_K: plain,
  Q4_1: plain,
  Q4_0: plain,
  IQ4_NL: plain,
  IQ4_XS: plain,
  MXFP4: plain,
  NVFP4: plain,
  Q3_K: plain,
  IQ3_S: plain,
  IQ3_XXS: guided,
  Q2_K: plain,
  Q2_0: plain,
  IQ2_S: guided,
  IQ2_XS: guided,
  IQ2_XXS: guided,
  TQ2_0: plain,
  TQ1_0: plain,
  IQ1_M: guided,
  IQ1_S: guided,
  Q1_0: plain,
} as const satisfies Record<string, { readonly needsImportanceMatrix: boolean }>;

export type QuantizedType = keyof typeof quantizedTypes;

/** Types that hold weights as they are, from which every other can be made without the loss of two; smallest first. */
export const fullTypes: readonly string[] = ["F16", "BF16", "F32"];

const counts = ["I8", "I16", "I32", "I64", "F64"];

/** Whether a tensor of this type has lost something already. */
export function isQuantized({ name }: TensorType): boolean {
  return !fullTypes.includes(name) && !counts.includes(name);
}

/** Whether a row of this length can be stored in the type: its blocks never reach over the end of a row. */
export function fitsRow(type: QuantizedType, rowLength: number): boolean {
  return rowLength % tensorType(type).elements === 0;
}
