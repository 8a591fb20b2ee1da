import { stat } from "node:fs/promises";
import { BadFileError, digestOf, type ModelFile, type ModelRef, UsageError } from "@quantlab/core";
import {
  fullTypes,
  llamaVersion,
  type QuantizedType,
  quantizeInOwnProcess,
  readGguf,
} from "@quantlab/llama-capi";
import { calibrationText } from "./calibration-text.ts";
import type { FindOptions } from "./find.ts";
import { makeImportanceMatrix } from "./importance-matrix.ts";
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
  const tensorTypes = typesByPattern(name, source);
  const matrix = name.importanceMatrix
    ? await makeImportanceMatrix(source, calibrationText, { ...options, store })
    : null;
  const settings = { type, importanceMatrix: matrix?.sha256 ?? null, ...(tensorTypes && { tensorTypes }) };
  return makeOnce(
    store,
    {
      ref,
      key: digestOf({ source: source.sha256, llamaVersion, ...settings }),
      provenance: [
        ...source.provenance,
        ...(matrix ? [matrix.provenance] : []),
        {
          step: "quantize",
          tool: "llama.cpp",
          version: llamaVersion,
          settings,
          inputSha256: source.sha256,
        },
      ],
      async make(temporary, { signal, onProgress }) {
        const step = `quantize ${ref.id} to ${ref.quantization}`;
        const requireRoom = async () => {
          const written = (await stat(temporary).catch(() => null))?.size ?? 0;
          const missing = derivedBytes(source, ref.quantization) - written;
          await requireDisk(
            madeFolder(store, ref.id),
            missing,
            `quantizing ${ref.id} to ${ref.quantization}`,
          );
        };
        await requireRoom();
        try {
          await quantizeInOwnProcess({
            input: source.path,
            output: temporary,
            type,
            ...(matrix && { importanceMatrix: matrix.path }),
            ...(tensorTypes && { tensorTypes }),
            ...(signal && { signal }),
            ...(onProgress && { onProgress: (progress) => onProgress({ ...progress, step }) }),
          });
        } catch (error) {
          signal?.throwIfAborted();
          // The library says only that it could not write.
          await requireRoom();
          throw error;
        }
        return null;
      },
    },
    options,
  );
}

/** The types of a name's classes, by what finds their tensors; null when it names none. */
function typesByPattern(
  { classes }: QuantizationName,
  source: ModelFile,
): Readonly<Record<string, QuantizedType>> | null {
  const entries = Object.entries(classes) as [TensorClass, QuantizedType][];
  if (entries.length === 0) return null;
  const { tensors } = readGguf(source.path);
  const lacking = entries.find(
    ([name]) => !tensors.some((tensor) => new RegExp(classPatterns[name]).test(tensor.name)),
  );
  if (lacking)
    throw new UsageError(
      `${source.ref.id} has no tensor of the class ${lacking[0]}`,
      lacking[0] === "output" ? "its embeddings serve as output: name embed instead" : "leave the class out",
    );
  return Object.fromEntries(entries.map(([name, type]) => [classPatterns[name], type]));
}

/** An upper estimate: the digits in a name's types, and up to 1.5 bits more for scales and finer layers. */
function derivedBytes(source: ModelFile, quantization: string): number {
  const digits = Array.from(quantization.matchAll(/(?:^|=)\D+(\d+)/g), ([, digit]) => Number(digit));
  // Vocabularies are kept at 6 bits and more, and make up much of a small model.
  const bits = Math.max(7, ...digits.map((digit) => digit + 1.5));
  const overhead = source.bytes - (source.parameters * source.bitsPerWeight) / 8;
  return Math.ceil(overhead + (source.parameters * bits) / 8);
}
