import { UnknownNameError, UsageError } from "@quantlab/core";
import { type FileType, fileTypes } from "@quantlab/llama-capi";

/** Types that hold full weights, from which every other can be made; smallest first. */
export const sourceTypes: readonly string[] = ["F16", "BF16", "F32"];

/** The quantization of a local file or folder whose own type is to be used, whatever it is. */
export const asIs = "as-is";

/** How Transformers can hold the weights of a Hugging Face folder. All load from the same files. */
export const folderQuantizations: readonly string[] = [
  "float32",
  "bfloat16",
  "float16",
  "bnb-nf4",
  "bnb-fp4",
  "bnb-int8",
];

const guided = (name: FileType) => fileTypes[name].needsImportanceMatrix;
const names = Object.keys(fileTypes) as FileType[];

/** Every GGUF quantization that llama.cpp knows, by its own name. */
export const quantizationNames: readonly string[] = names;

/** The quantization as it is usually spelt (case does not count), or an UnknownNameError with the nearest name. */
export function checkedQuantization(typed: string, more: readonly string[] = []): string {
  const known = [...names, ...folderQuantizations, ...more];
  const match = known.find((name) => name.toLowerCase() === typed.toLowerCase());
  if (match === undefined) throw new UnknownNameError("quantization", typed, known);
  return match;
}

/** Refuses types that llama.cpp makes only with an importance matrix. */
export function requireMakeable(quantization: string): FileType {
  const name = checkedQuantization(quantization) as FileType;
  if (guided(name)) {
    throw new UsageError(
      `${name} needs an importance matrix, and the lab makes quantized files without one`,
      `choose one of ${names.filter((other) => !guided(other)).join(", ")}`,
    );
  }
  return name;
}

/** The name of a file's `general.file_type`, or null for a number that no quantization has. */
export function quantizationOfFileType(number: number | null): string | null {
  return names.find((name) => fileTypes[name].ftype === number) ?? null;
}
