import { stat } from "node:fs/promises";
import path from "node:path";
import {
  BadFileError,
  bitsOfType,
  digestOf,
  formatQuantization,
  fullTypes,
  type GgufQuantization,
  type ModelFile,
  type ModelRef,
  parseGgufQuantization,
  type QuantizedType,
  requireMakeable,
  type TensorClass,
  UsageError,
} from "@quantlab/core";
import {
  llamaVersion,
  type Quantized,
  type QuantizeRequest,
  quantizeInOwnProcess,
  readGguf,
} from "@quantlab/llama-capi";
import type { Recipe } from "../form.ts";
import { defaultStore, type Store } from "../store.ts";
import { requireDisk } from "../verification/disk-space.ts";
import { calibrationText } from "./calibration-text.ts";
import { importanceMatrixFile, keepImportanceMatrix } from "./importance-matrix.ts";
import { keepModel, writeModel } from "./kept-models.ts";
import type { FindOptions } from "./making.ts";

/** What llama.cpp's quantizer can be asked beyond a quantization's name. */
export type TensorOptions = Pick<
  QuantizeRequest,
  "outputType" | "embeddingType" | "tensorTypes" | "pure" | "leaveOutput" | "allowRequantize"
>;

export interface QuantizeOptions extends TensorOptions {
  /** A matrix of the user's for a name with "+imatrix", instead of one from a calibration text. */
  readonly importanceMatrix?: string;
  readonly threads?: number;
}

/**
 * The quantization `ref` of a model whose full weights are in `source`, made by llama.cpp's quantizer unless it is
 * there; with "+imatrix" its importance matrix is computed first, from `source`. Refuses sources that are quantized
 * already: the loss of two quantizations would be taken for one's.
 */
export async function keepQuantized(
  store: Store,
  ref: ModelRef,
  source: ModelFile,
  options: FindOptions,
): Promise<ModelFile> {
  const quantization = requireMakeable(parseGgufQuantization(ref.quantization));
  const sourceType = source.ref.quantization;
  if (!fullTypes.includes(sourceType)) {
    throw new BadFileError(
      source.path,
      `is already quantized (${sourceType}): ${ref.quantization} made from it would carry the losses of both`,
      `give a file in ${fullTypes.join(", ")}, or ask for ${sourceType}`,
    );
  }
  return keepModel(store, await recipeOf(store, ref, source, quantization, {}, options), options);
}

/**
 * Full weights out of a quantized file: its own values, exactly in F32 and rounded in F16 and BF16. What quantizing lost
 * stays lost, which the step "restore" in its provenance says wherever the model goes.
 */
export async function keepRestored(
  store: Store,
  ref: ModelRef,
  source: ModelFile,
  options: FindOptions,
): Promise<ModelFile> {
  const settings = { allowRequantize: true };
  const quantization = parseGgufQuantization(ref.quantization);
  return keepModel(store, await recipeOf(store, ref, source, quantization, settings, options), options);
}

export interface QuantizedFile {
  readonly model: ModelFile;
  /** Null when the very same file was there already. */
  readonly quantized: Quantized | null;
}

/** Quantizes `source` to a file of the user's (absolute), as `writeModel` writes it. */
export async function writeQuantized(
  source: ModelFile,
  quantization: GgufQuantization,
  output: string,
  { store = defaultStore, ...options }: FindOptions & QuantizeOptions & { readonly store?: Store },
): Promise<QuantizedFile> {
  if (path.resolve(source.path) === output)
    throw new UsageError(`${output} is the file to quantize from`, "give another name with --output");
  const { signal, onProgress, onlyFind, calibration, ...settings } = options;
  const name = formatQuantization(requireMakeable(quantization));
  const ref: ModelRef = { ...source.ref, form: "gguf", quantization: name };
  let quantized: Quantized | null = null;
  const listening = (done: Quantized) => {
    quantized = done;
  };
  const recipe = await recipeOf(store, ref, source, quantization, settings, options, listening);
  return { model: await writeModel(store, recipe, output, options), quantized };
}

async function recipeOf(
  store: Store,
  ref: ModelRef,
  source: ModelFile,
  quantization: GgufQuantization,
  { threads, importanceMatrix: file, ...own }: QuantizeOptions,
  options: FindOptions,
  onQuantized: (quantized: Quantized) => void = () => {},
): Promise<Recipe> {
  const { type } = quantization;
  const tensorTypes = tensorTypesOf(quantization, source, own.tensorTypes);
  const tensorOptions = { ...own, ...(tensorTypes && { tensorTypes }) };
  const { calibration = calibrationText } = options;
  const matrix = !quantization.importanceMatrix
    ? null
    : file === undefined
      ? await keepImportanceMatrix(source, calibration, { ...options, store })
      : await importanceMatrixFile(store, file, options);
  const settings = { type, importanceMatrix: matrix?.sha256 ?? null, ...tensorOptions };
  const restores = fullTypes.includes(type) && !fullTypes.includes(source.ref.quantization);
  const step = {
    step: restores ? "restore" : "quantize",
    tool: "llama.cpp",
    version: llamaVersion,
    settings: restores ? { ...settings, from: source.ref.quantization } : settings,
    inputSha256: source.sha256,
  };
  const title = `${source.ref.id} to ${ref.quantization}`;
  return {
    ref,
    key: digestOf({ source: source.sha256, llamaVersion, ...settings }),
    provenance: [...source.provenance, ...(matrix ? [matrix.provenance] : []), step],
    async make(temporary, { signal, onProgress }) {
      const requireRoom = async () => {
        const written = (await stat(temporary).catch(() => null))?.size ?? 0;
        const missing = neededBytes(source, quantization) - written;
        await requireDisk(path.dirname(temporary), missing, `quantizing ${title}`);
      };
      await requireRoom();
      try {
        const quantized = await quantizeInOwnProcess({
          ...tensorOptions,
          input: source.path,
          output: temporary,
          type,
          ...(matrix && { importanceMatrix: matrix.path }),
          ...(threads !== undefined && { threads }),
          ...(signal && { signal }),
          ...(onProgress && {
            onProgress: (progress) => onProgress({ ...progress, step: `quantize ${title}` }),
          }),
        });
        onQuantized(quantized);
        return quantized.sha256;
      } catch (error) {
        signal?.throwIfAborted();
        // The library says only that it could not write.
        await requireRoom();
        throw error;
      }
    },
  };
}

type TensorTypes = Readonly<Record<string, QuantizedType>>;

/** Regular expressions that find the tensors of a class by name. */
const classPatterns: Readonly<Record<TensorClass, string>> = {
  embed: "^(per_layer_)?token_embd\\.weight$",
  output: "^output\\.weight$",
  attn: "attn_",
  ffn: "ffn_",
};

/** The types of a name's classes by what finds their tensors, after those of `own`; null when there are none. */
export function tensorTypesOf(
  { classes }: GgufQuantization,
  source: ModelFile,
  own: TensorTypes = {},
): TensorTypes | null {
  const entries = Object.entries(classes) as [TensorClass, QuantizedType][];
  if (entries.length === 0) return Object.keys(own).length > 0 ? own : null;
  const { tensors } = readGguf(source.path);
  const lacking = entries.find(
    ([name]) => !tensors.some((tensor) => new RegExp(classPatterns[name]).test(tensor.name)),
  );
  if (lacking)
    throw new UsageError(
      `${source.ref.id} has no tensor of the class ${lacking[0]}`,
      lacking[0] === "output" ? "its embeddings serve as output: name embed instead" : "leave the class out",
    );
  return { ...own, ...Object.fromEntries(entries.map(([name, type]) => [classPatterns[name], type])) };
}

/** An upper estimate: the bits that the types tell, and up to 1.5 more for scales and finer layers. */
function neededBytes(source: ModelFile, { type, classes }: GgufQuantization): number {
  const told = [type, ...Object.values(classes)].map((each) => bitsOfType(each) + 1.5);
  // Vocabularies are kept at 6 bits and more, and make up much of a small model.
  const bits = Math.max(7, ...told);
  const overhead = source.bytes - (source.parameters * source.bitsPerWeight) / 8;
  return Math.ceil(overhead + (source.parameters * bits) / 8);
}
