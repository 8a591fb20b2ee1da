import { knownName, UsageError } from "../errors.ts";

// biome-ignore format: a list of words
/** Every file type that llama.cpp can make, by llama-quantize's name. */
export const ggufFileTypes = [
  "F32", "F16", "BF16", "Q8_0", "Q6_K", "Q5_K_M", "Q5_K_S", "Q5_1", "Q5_0", "Q4_K_M", "Q4_K_S", "Q4_1", "Q4_0",
  "IQ4_NL", "IQ4_XS", "Q3_K_L", "Q3_K_M", "Q3_K_S", "IQ3_M", "IQ3_S", "IQ3_XS", "IQ3_XXS", "Q2_K", "Q2_K_S", "Q2_0",
  "IQ2_M", "IQ2_S", "IQ2_XS", "IQ2_XXS", "TQ2_0", "TQ1_0", "IQ1_M", "IQ1_S", "Q1_0", "MXFP4_MOE",
] as const;
export type FileType = (typeof ggufFileTypes)[number];

// biome-ignore format: a list of words
/** Every tensor type that llama.cpp's quantizer writes, full ones first. */
export const ggufTensorTypes = [
  "F32", "F16", "BF16", "Q8_0", "Q6_K", "Q5_K", "Q5_1", "Q5_0", "Q4_K", "Q4_1", "Q4_0", "IQ4_NL", "IQ4_XS", "MXFP4",
  "NVFP4", "Q3_K", "IQ3_S", "IQ3_XXS", "Q2_K", "Q2_0", "IQ2_S", "IQ2_XS", "IQ2_XXS", "TQ2_0", "TQ1_0", "IQ1_M",
  "IQ1_S", "Q1_0",
] as const;
export type QuantizedType = (typeof ggufTensorTypes)[number];

/** Types that hold weights as they are, from which every other can be made without the loss of two; smallest first. */
export const fullTypes: readonly string[] = ["F16", "BF16", "F32"];

const guided = ["IQ3_XS", "IQ3_XXS", "Q2_K_S", "IQ2_M", "IQ2_S", "IQ2_XS", "IQ2_XXS", "IQ1_M", "IQ1_S"];

/**
 * Whether llama.cpp refuses to make this file type without an importance matrix, or this tensor type for every tensor
 * but the embeddings and the output.
 */
export function needsImportanceMatrix(type: FileType | QuantizedType): boolean {
  return guided.includes(type);
}

/** Tensors that are quantized alike: the embeddings, the output, attention and feed-forward of every layer. */
export const tensorClasses = ["embed", "output", "attn", "ffn"] as const;
export type TensorClass = (typeof tensorClasses)[number];

/** `TYPE[+imatrix][+CLASS=TYPE…]`, as in "F16+imatrix+attn=Q4_0". */
export interface GgufQuantization {
  readonly form: "gguf";
  readonly type: FileType;
  /** With an importance matrix, computed from the project's own calibration text unless another is given. */
  readonly importanceMatrix: boolean;
  /** Tensors that get another type than the file's own. */
  readonly classes: Readonly<Partial<Record<TensorClass, QuantizedType>>>;
}

const withMatrix = "imatrix";
const suffixes = [withMatrix, ...tensorClasses.map((name) => `${name}=TYPE`)];

/**
 * Parses a name in any order and case. An UnknownNameError names the nearest type (of `known`) or class; what stands
 * there twice is a UsageError.
 */
export function parseGgufQuantization(
  typed: string,
  known: readonly string[] = ggufFileTypes,
): GgufQuantization {
  const [first = "", ...parts] = typed.split("+");
  const type = knownName("quantization", first, ggufFileTypes, known);
  let importanceMatrix = false;
  const classes: Partial<Record<TensorClass, QuantizedType>> = {};
  for (const part of parts) {
    const [left = "", right] = part.split("=", 2);
    if (right === undefined) {
      if (knownName("suffix", left, [withMatrix], suffixes) && importanceMatrix) throw twice(typed, part);
      importanceMatrix = true;
      continue;
    }
    const tensorClass = knownName("tensor class", left, tensorClasses);
    if (classes[tensorClass]) throw twice(typed, `${tensorClass}=`);
    classes[tensorClass] = knownName("tensor type", right, ggufTensorTypes);
  }
  return { form: "gguf", type, importanceMatrix, classes };
}

/** The one way to write a name: type, matrix, classes in their order. */
export function formatGgufQuantization({ type, importanceMatrix, classes }: GgufQuantization): string {
  const own = tensorClasses.flatMap((name) => (classes[name] ? [`${name}=${classes[name]}`] : []));
  return [type, ...(importanceMatrix ? [withMatrix] : []), ...own].join("+");
}

/** Whether no tensor loses anything. */
export function holdsFullWeights({ type, classes }: GgufQuantization): boolean {
  return [type, ...Object.values(classes)].every((each) => fullTypes.includes(each));
}

/** Throws a UsageError for what llama.cpp could not make, or whose matrix would change nothing. */
export function requireMakeable(quantization: GgufQuantization): GgufQuantization {
  const { type, importanceMatrix, classes } = quantization;
  const withOrWithout = (importanceMatrix: boolean) =>
    `write "${formatGgufQuantization({ ...quantization, importanceMatrix })}"`;
  const needing = [type, ...Object.values(classes)].find(needsImportanceMatrix);
  if (needing && !importanceMatrix) {
    const others = ggufFileTypes.filter((other) => !needsImportanceMatrix(other));
    throw new UsageError(
      `${needing} needs an importance matrix`,
      `${withOrWithout(true)}, or choose one of ${others.join(", ")}`,
    );
  }
  if (importanceMatrix && holdsFullWeights(quantization))
    throw new UsageError(
      `"${formatGgufQuantization(quantization)}" holds full weights, which an importance matrix does not change`,
      withOrWithout(false),
    );
  return quantization;
}

function twice(typed: string, part: string): UsageError {
  return new UsageError(`"${typed}" says ${part} twice`, "say it once");
}
