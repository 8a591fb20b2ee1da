import {
  BadFileError,
  EngineError,
  fullTypes,
  ggufFileTypes,
  ggufTensorTypes,
  needsImportanceMatrix,
  type QuantizedType,
  UnknownNameError,
  UsageError,
} from "@quantlab/core";
import { type Gguf, readGguf, type Tensor } from "../gguf/index.ts";
import { type ImportanceData, readImportanceMatrix } from "../importance/matrix-reader.ts";
import type { QuantizeRequest } from "../quantize-request.ts";
import { requireMatrixOf } from "./matrix-check.ts";
import type { QuantizePlan } from "./plan.ts";
import { fitsRow, isQuantized } from "./quantized-types.ts";

/** The files of a request, read and found to fit each other. */
export interface CheckedRequest {
  readonly input: Gguf;
  readonly matrix: ImportanceData | null;
}

/**
 * Refuses what cannot be made or would not mean what it says, before anything is written: an UnknownNameError for a
 * type, a UsageError for an option, a BadFileError for the input or the importance matrix.
 */
export function checkRequest(request: QuantizeRequest): CheckedRequest {
  checkFileType(request);
  checkTensorTypes(request);
  const input = readGguf(request.input);
  // Of a model in parts only the first is seen here; the library looks at them all.
  const whole = !input.metadata.has("split.count");
  requireFullWeights(request, input);
  if (whole) {
    checkPatterns(request, input);
    checkEnds(request, input);
  }
  const matrix =
    request.importanceMatrix === undefined ? null : readImportanceMatrix(request.importanceMatrix);
  if (matrix && whole) requireMatrixOf(input, matrix);
  return { input, matrix };
}

/** Refuses a type that does not exist, or cannot be made for want of a matrix. */
function checkFileType({ type, importanceMatrix, dryRun }: QuantizeRequest): void {
  if (!ggufFileTypes.includes(type)) throw new UnknownNameError("quantization", type, ggufFileTypes);
  if (importanceMatrix !== undefined || dryRun || !needsImportanceMatrix(type)) return;
  const others = ggufFileTypes.filter((other) => !needsImportanceMatrix(other));
  throw new EngineError(
    "llama.cpp",
    `${type} needs an importance matrix, and none is given`,
    `give one (--imatrix FILE), or choose a type that does without: ${others.join(", ")}`,
  );
}

function checkTensorTypes({
  outputType,
  embeddingType,
  tensorTypes = {},
  ...request
}: QuantizeRequest): void {
  const overrides = Object.entries(tensorTypes);
  for (const type of [outputType, embeddingType, ...overrides.map(([, type]) => type)]) {
    if (type !== undefined && !ggufTensorTypes.includes(type))
      throw new UnknownNameError("tensor type", type, ggufTensorTypes);
  }
  const guided = overrides.find(([, type]) => needsImportanceMatrix(type));
  if (guided && request.importanceMatrix === undefined && !request.dryRun)
    throw new UsageError(
      `${guided[1]} for ${guided[0]} needs an importance matrix, and none is given`,
      "give one (--imatrix FILE), or choose a type that does without",
    );
}

function requireFullWeights({ type, allowRequantize }: QuantizeRequest, input: Gguf): void {
  if (allowRequantize) return;
  const lossy = input.tensors.filter((tensor) => isQuantized(tensor.type));
  if (lossy.length === 0) return;
  const types = [...new Set(lossy.map((tensor) => tensor.type.name))];
  throw new BadFileError(
    input.path,
    `is already quantized (${types.join(", ")}): ${type} made from it would carry the losses of both`,
    `give a file in ${fullTypes.join(", ")}, or accept that with --allow-requantize`,
  );
}

function checkPatterns({ tensorTypes = {} }: QuantizeRequest, { tensors, path }: Gguf): void {
  for (const pattern of Object.keys(tensorTypes)) {
    const expression = expressionOf(pattern);
    if (!tensors.some(({ name }) => expression.test(name)))
      throw new UsageError(
        `no tensor of ${path} has a name that "${pattern}" finds`,
        `its names look like ${tensors
          .slice(0, 4)
          .map(({ name }) => name)
          .join(", ")}`,
      );
  }
}

/** C++ has these in its expressions, JavaScript has not. */
const posixClasses: Readonly<Record<string, string>> = {
  alnum: "a-zA-Z\\d",
  alpha: "a-zA-Z",
  digit: "\\d",
  lower: "a-z",
  space: "\\s",
  upper: "A-Z",
  xdigit: "a-fA-F\\d",
};

function expressionOf(pattern: string): RegExp {
  try {
    return new RegExp(pattern.replace(/\[:(\w+):\]/g, (whole, name) => posixClasses[name] ?? whole));
  } catch (cause) {
    throw new UsageError(
      `"${pattern}" is no regular expression: ${(cause as Error).message.split(": ").at(-1)}`,
      'write it as in "ffn_down=Q6_K" or "blk\\.[0-3]\\.attn_v=Q8_0"',
    );
  }
}

const embeddings = ["token_embd.weight", "per_layer_token_embd.weight"];
const output = "output.weight";

/** The library does not look for a type that fits where these two are named, and fails hard. */
function checkEnds({ outputType, embeddingType, ...request }: QuantizeRequest, { tensors }: Gguf): void {
  const find = (name: string) => tensors.find((tensor) => tensor.name === name);
  for (const name of embeddings) if (embeddingType) requireRows(find(name), embeddingType);
  if (!outputType) return;
  requireRows(find(output), outputType);
  const standsIn = !request.pure && !embeddingType && !fullTypes.includes(request.type);
  if (!find(output) && !standsIn)
    throw new UsageError(
      `the model has no ${output}, so an output type of ${outputType} would change nothing`,
      "its embeddings serve as output: give their type instead (--token-embedding-type)",
    );
}

function requireRows(tensor: Tensor | undefined, type: QuantizedType): void {
  const rowLength = tensor?.shape[0];
  if (rowLength === undefined || fitsRow(type, rowLength)) return;
  const fitting = ggufTensorTypes.filter((name) => fitsRow(name, rowLength));
  throw new UsageError(
    `${tensor!.name} has rows of ${rowLength}, which cannot be divided into the blocks of ${type}`,
    `choose one of ${fitting.join(", ")}`,
  );
}

/** These end the process where importance is missing, whatever the tensor. */
const demanding = ["IQ2_XXS", "IQ2_XS", "IQ1_S"];

/** Refuses a plan that the library would break off, or die of, in the middle. */
export function checkPlan(
  { type }: QuantizeRequest,
  { tensors }: QuantizePlan,
  matrix: ImportanceData | null,
): void {
  const lacking = tensors.filter(({ name, from, to }) => {
    if (from === to || matrix?.entries.has(name)) return false;
    const isEnd = name === output || embeddings.includes(name);
    return isEnd ? demanding.includes(to) : needsImportanceMatrix(to as QuantizedType);
  });
  if (lacking.length === 0) return;
  const [first] = lacking;
  const more = lacking.length > 1 ? ` and ${lacking.length - 1} more` : "";
  throw new UsageError(
    `${type} makes ${first!.name}${more} ${first!.to}, and ${matrix ? `${matrix.path} says nothing of it` : "that needs an importance matrix"}`,
    "give these tensors another type (--tensor-type, --token-embedding-type), or a matrix that covers them",
  );
}
