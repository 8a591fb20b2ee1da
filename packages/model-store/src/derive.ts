import { stat } from "node:fs/promises";
import { BadFileError, digestOf, type ModelFile, type ModelRef } from "@quantlab/core";
import { llamaVersion, quantizeInOwnProcess } from "@quantlab/llama-capi";
import type { FindOptions } from "./find.ts";
import { madeFolder, makeOnce } from "./made.ts";
import { requireMakeable, sourceTypes } from "./quantizations.ts";
import { requireDisk } from "./space.ts";
import type { Store } from "./store.ts";

/**
 * The quantization `ref` of a model whose full weights are in `source`, made by llama.cpp's quantizer unless it is
 * there. Refuses sources that are quantized already: the loss of two quantizations would be taken for one's.
 */
export async function derive(
  store: Store,
  ref: ModelRef,
  source: ModelFile,
  options: FindOptions,
): Promise<ModelFile> {
  const type = requireMakeable(ref.quantization);
  const sourceType = source.ref.quantization;
  if (!sourceTypes.includes(sourceType)) {
    throw new BadFileError(
      source.path,
      `is already quantized (${sourceType}): ${type} made from it would carry the losses of both`,
      `give a file in ${sourceTypes.join(", ")}, or ask for ${sourceType}`,
    );
  }
  const settings = { type, importanceMatrix: null };
  return makeOnce(
    store,
    {
      ref,
      key: digestOf({ source: source.sha256, llamaVersion, ...settings }),
      provenance: [
        ...source.provenance,
        {
          step: "quantize",
          tool: "llama.cpp",
          version: llamaVersion,
          settings,
          inputSha256: source.sha256,
        },
      ],
      async make(temporary, { signal, onProgress }) {
        const step = `quantize ${ref.id} to ${type}`;
        const requireRoom = async () => {
          const written = (await stat(temporary).catch(() => null))?.size ?? 0;
          const missing = derivedBytes(source, type) - written;
          await requireDisk(madeFolder(store, ref.id), missing, `quantizing ${ref.id} to ${type}`);
        };
        await requireRoom();
        try {
          await quantizeInOwnProcess({
            input: source.path,
            output: temporary,
            type,
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

/** An upper estimate: the digit in a type's name, and up to 1.5 bits more for scales and finer layers. */
function derivedBytes(source: ModelFile, type: string): number {
  const digit = Number(/\d+/.exec(type)?.[0] ?? 16);
  // Vocabularies are kept at 6 bits and more, and make up much of a small model.
  const bits = Math.max(7, digit + 1.5);
  const overhead = source.bytes - (source.parameters * source.bitsPerWeight) / 8;
  return Math.ceil(overhead + (source.parameters * bits) / 8);
}
