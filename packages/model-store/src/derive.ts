import { stat } from "node:fs/promises";
import {
  BadFileError,
  digestOf,
  type Json,
  type ModelFile,
  type ModelRef,
  type ProvenanceStep,
  type ResolveOptions,
  UsageError,
} from "@quantlab/core";
import {
  fullTypes,
  llamaVersion,
  type QuantizedInOwnProcess,
  type QuantizedType,
  quantizeInOwnProcess,
  readGguf,
} from "@quantlab/llama-capi";
import { calibrationText } from "./calibration-text.ts";
import type { FindOptions } from "./find.ts";
import { type ImportanceMatrix, makeImportanceMatrix } from "./importance-matrix.ts";
import { madeFolder, makeOnce } from "./made.ts";
import {
  classPatterns,
  parseQuantizationName,
  type QuantizationName,
  requireMakeable,
  type TensorClass,
} from "./quantization-name.ts";
import { requireDisk } from "./space.ts";
import type { Store } from "./store.ts";

/**
 * The quantization `ref` of a model whose full weights are in `source`, made by llama.cpp's quantizer unless it is
 * there; with "+imatrix" its importance matrix is computed first, from `source`. Refuses sources that are quantized
 * already: the loss of two quantizations would be taken for one's.
 */
export async function derive(
  store: Store,
  ref: ModelRef,
  source: ModelFile,
  options: FindOptions,
): Promise<ModelFile> {
  const name = requireMakeable(parseQuantizationName(ref.quantization));
  const sourceType = source.ref.quantization;
  if (!fullTypes.includes(sourceType)) {
    throw new BadFileError(
      source.path,
      `is already quantized (${sourceType}): ${ref.quantization} made from it would carry the losses of both`,
      `give a file in ${fullTypes.join(", ")}, or ask for ${sourceType}`,
    );
  }
  const { type } = name;
  const tensorTypes = tensorTypesOf(name, source);
  const matrix = name.importanceMatrix
    ? await makeImportanceMatrix(source, calibrationText, { ...options, store })
    : null;
  const settings = { type, importanceMatrix: matrix?.sha256 ?? null, ...(tensorTypes && { tensorTypes }) };
  return makeOnce(
    store,
    {
      ref,
      key: digestOf({ source: source.sha256, llamaVersion, ...settings }),
      provenance: quantizeHistory(source, matrix, settings),
      async make(temporary, options) {
        const { sha256 } = await quantizeWithRoom(
          {
            input: source.path,
            output: temporary,
            type,
            ...(matrix && { importanceMatrix: matrix.path }),
            ...(tensorTypes && { tensorTypes }),
          },
          { source, ref, folder: madeFolder(store, ref.id) },
          options,
        );
        return sha256;
      },
    },
    options,
  );
}

/** The history of a file that is quantized from `source`. */
export function quantizeHistory(
  source: ModelFile,
  matrix: ImportanceMatrix | null,
  settings: Json,
): readonly ProvenanceStep[] {
  const step = {
    step: "quantize",
    tool: "llama.cpp",
    version: llamaVersion,
    settings,
    inputSha256: source.sha256,
  };
  return [...source.provenance, ...(matrix ? [matrix.provenance] : []), step];
}

/** Quantizes in a process of its own. Before it begins, and when writing fails, the disk of `folder` is asked. */
export async function quantizeWithRoom(
  request: Parameters<typeof quantizeInOwnProcess>[0],
  { source, ref, folder }: { readonly source: ModelFile; readonly ref: ModelRef; readonly folder: string },
  { signal, onProgress }: ResolveOptions,
): Promise<QuantizedInOwnProcess> {
  const step = `quantize ${source.ref.id} to ${ref.quantization}`;
  const requireRoom = async () => {
    const written = (await stat(request.output).catch(() => null))?.size ?? 0;
    const missing = derivedBytes(source, ref.quantization) - written;
    await requireDisk(folder, missing, `quantizing ${source.ref.id} to ${ref.quantization}`);
  };
  await requireRoom();
  try {
    return await quantizeInOwnProcess({
      ...request,
      ...(signal && { signal }),
      ...(onProgress && { onProgress: (progress) => onProgress({ ...progress, step }) }),
    });
  } catch (error) {
    signal?.throwIfAborted();
    // The library says only that it could not write.
    await requireRoom();
    throw error;
  }
}

type TensorTypes = Readonly<Record<string, QuantizedType>>;

/** The types of a name's classes by what finds their tensors, after those of `own`; null when there are none. */
export function tensorTypesOf(
  { classes }: QuantizationName,
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

/** An upper estimate: the digits in a name's types, and up to 1.5 bits more for scales and finer layers. */
function derivedBytes(source: ModelFile, quantization: string): number {
  const digits = Array.from(quantization.matchAll(/(?:^|=)\D+(\d+)/g), ([, digit]) => Number(digit));
  // Vocabularies are kept at 6 bits and more, and make up much of a small model.
  const bits = Math.max(7, ...digits.map((digit) => digit + 1.5));
  const overhead = source.bytes - (source.parameters * source.bitsPerWeight) / 8;
  return Math.ceil(overhead + (source.parameters * bits) / 8);
}
