import { UnknownNameError, UsageError } from "@quantlab/core";
import {
  type FileType,
  fileTypes,
  fullTypes,
  type QuantizedType,
  quantizedTypes,
} from "@quantlab/llama-capi";

/** Tensors that are quantized alike: the embeddings, the output, attention and feed-forward of every layer. */
export type TensorClass = "embed" | "output" | "attn" | "ffn";

/** What a GGUF quantization's name asks for: `TYPE[+imatrix][+CLASS=TYPE…]`, as in "F16+imatrix+attn=Q4_0". */
export interface QuantizationName {
  readonly type: FileType;
  /** With an importance matrix, computed from the project's own calibration text. */
  readonly importanceMatrix: boolean;
  /** Tensors that get another type than the file's own. */
  readonly classes: Readonly<Partial<Record<TensorClass, QuantizedType>>>;
}

/** Regular expressions that find the tensors of a class by name. */
export const classPatterns: Readonly<Record<TensorClass, string>> = {
  embed: "^(per_layer_)?token_embd\\.weight$",
  output: "^output\\.weight$",
  attn: "attn_",
  ffn: "ffn_",
};

const types = Object.keys(fileTypes) as FileType[];
const tensorTypes = Object.keys(quantizedTypes) as QuantizedType[];
const classes = Object.keys(classPatterns) as TensorClass[];
const withMatrix = "imatrix";

/**
 * Parses a name in any order and case. An UnknownNameError names the nearest type or class; what stands there twice
 * or changes nothing is a UsageError.
 */
export function parseQuantizationName(typed: string, known: readonly string[] = types): QuantizationName {
  const [first = "", ...parts] = typed.split("+");
  const type = nameFrom("quantization", first, types, known);
  let importanceMatrix = false;
  const found: Partial<Record<TensorClass, QuantizedType>> = {};
  for (const part of parts) {
    const [left = "", right] = part.split("=", 2);
    if (right === undefined) {
      if (nameFrom("suffix", left, [withMatrix], suffixes) && importanceMatrix) throw twice(typed, part);
      importanceMatrix = true;
      continue;
    }
    const tensorClass = nameFrom("tensor class", left, classes);
    if (found[tensorClass]) throw twice(typed, `${tensorClass}=`);
    found[tensorClass] = nameFrom("tensor type", right, tensorTypes);
  }
  return { type, importanceMatrix, classes: found };
}

const suffixes = [withMatrix, ...classes.map((name) => `${name}=TYPE`)];

/** The one way to write a name: type, matrix, classes in their order. */
export function formatQuantizationName({ type, importanceMatrix, classes: own }: QuantizationName): string {
  const parts = classes.flatMap((name) => (own[name] ? [`${name}=${own[name]}`] : []));
  return [type, ...(importanceMatrix ? [withMatrix] : []), ...parts].join("+");
}

/** Throws a UsageError for a name that llama.cpp could not make, or whose matrix would change nothing. */
export function requireMakeable(name: QuantizationName): QuantizationName {
  const { type, importanceMatrix } = name;
  const own = Object.values(name.classes);
  const written = formatQuantizationName(name);
  const needing = fileTypes[type].needsImportanceMatrix
    ? type
    : own.find((each) => quantizedTypes[each].needsImportanceMatrix);
  if (needing && !importanceMatrix) {
    const without = types.filter((other) => !fileTypes[other].needsImportanceMatrix);
    throw new UsageError(
      `${needing} needs an importance matrix`,
      `write "${formatQuantizationName({ ...name, importanceMatrix: true })}", or choose one of ${without.join(", ")}`,
    );
  }
  if (importanceMatrix && [type, ...own].every((each) => fullTypes.includes(each)))
    throw new UsageError(
      `"${written}" holds full weights, which an importance matrix does not change`,
      `write "${formatQuantizationName({ ...name, importanceMatrix: false })}"`,
    );
  return name;
}

function nameFrom<Name extends string>(
  kind: string,
  typed: string,
  names: readonly Name[],
  shown: readonly string[] = names,
): Name {
  const match = names.find((name) => name.toLowerCase() === typed.toLowerCase());
  if (match === undefined) throw new UnknownNameError(kind, typed, shown);
  return match;
}

function twice(typed: string, part: string): UsageError {
  return new UsageError(`"${typed}" says ${part} twice`, "say it once");
}
