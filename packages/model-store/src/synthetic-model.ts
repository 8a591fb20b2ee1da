import type { ModelFile, ModelRef } from "@quantlab/core";
import { fileTypes } from "@quantlab/llama-capi";
import type { SyntheticEntry } from "./catalogue-types.ts";
import { derive } from "./derive.ts";
import type { FindOptions } from "./find.ts";
import { madeFolder, makeOnce } from "./made.ts";
import { parseQuantizationName, requireMakeable } from "./quantization-name.ts";
import { requireDisk } from "./space.ts";
import type { Store } from "./store.ts";
import { mixNames } from "./synthetic/mix.ts";
import { generatorVersion, planSynthetic, syntheticDigest, writeSynthetic } from "./synthetic/write.ts";

const generator = "quantlab synthetic writer";

/**
 * A model of random weights. F16 is written straight to disk; a quantized type is made from it by llama.cpp's
 * quantizer, or written directly where the catalogue says that F16 is too large and the type's mix is known.
 */
export async function resolveSynthetic(
  store: Store,
  entry: SyntheticEntry,
  ref: ModelRef,
  options: FindOptions,
): Promise<ModelFile> {
  const { type: fileType } = requireMakeable(parseQuantizationName(ref.quantization));
  const direct = entry.quantized === "direct" && mixNames.includes(ref.quantization);
  if (ref.quantization !== "F16" && !direct) {
    const source = await resolveSynthetic(store, entry, { ...ref, quantization: "F16" }, options);
    return derive(store, ref, source, options);
  }
  const { id, shape, seed } = entry;
  const model = { id, shape, seed, fileType, fileTypeNumber: fileTypes[fileType].ftype };
  const weights =
    fileType === "F16"
      ? "normal, deviation 0.02, one pattern repeated from other places"
      : "random blocks of deviation 0.02 in the mix of llama.cpp's quantizer; no quantizer ran";
  return makeOnce(
    store,
    {
      ref,
      key: syntheticDigest(model),
      provenance: [
        {
          step: "synthesise",
          tool: generator,
          version: generatorVersion,
          settings: { seed, type: fileType, weights, shape: { ...shape } },
          inputSha256: null,
        },
      ],
      async make(temporary, { signal, onProgress }) {
        const step = `write ${id} in ${fileType}`;
        const { bytes } = planSynthetic(model);
        await requireDisk(madeFolder(store, id), bytes, `writing ${id} in ${fileType}`);
        return writeSynthetic(temporary, model, {
          signal,
          onBytes: (done) => onProgress?.({ step, done, total: bytes, unit: "bytes" }),
        });
      },
    },
    options,
  );
}
