import { type FileType, fileTypes } from "@quantlab/llama-capi";
import { formatQuantizationName, parseQuantizationName } from "./quantization-name.ts";

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

const names = Object.keys(fileTypes) as FileType[];

/** Every GGUF quantization that llama.cpp knows, by its own name; `parseQuantizationName` tells what may follow it. */
export const quantizationNames: readonly string[] = names;

/** The quantization as it is usually written (case does not count), or an UnknownNameError with the nearest name. */
export function checkedQuantization(typed: string, more: readonly string[] = []): string {
  const others = [...folderQuantizations, ...more];
  const match = others.find((name) => name.toLowerCase() === typed.toLowerCase());
  return match ?? formatQuantizationName(parseQuantizationName(typed, [...names, ...others]));
}

/** The name of a file's `general.file_type`, or null for a number that no quantization has. */
export function quantizationOfFileType(number: number | null): string | null {
  return names.find((name) => fileTypes[name].ftype === number) ?? null;
}
