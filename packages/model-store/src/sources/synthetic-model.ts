import path from "node:path";
import {
  digestOf,
  type FileType,
  type ModelFile,
  type ModelRef,
  type ProvenanceStep,
  parseGgufQuantization,
  requireMakeable,
  UnavailableError,
} from "@quantlab/core";
import { fileTypes } from "@quantlab/llama-capi";
import { keepModel } from "../artifacts/kept-models.ts";
import type { FindOptions } from "../artifacts/making.ts";
import { keepQuantized } from "../artifacts/quantization.ts";
import type { SyntheticEntry } from "../catalogue/entries.ts";
import type { Recipe } from "../form.ts";
import type { Store } from "../store.ts";
import { requireDisk } from "../verification/disk-space.ts";
import { mixNames } from "./synthetic/mix.ts";
import { generatorVersion, planSynthetic, syntheticDigest, writeSynthetic } from "./synthetic/write.ts";
import { planFolder, writeSyntheticFolder } from "./synthetic/write-folder.ts";

/**
 * A model of random weights. F16 and the folder, in bfloat16 with the same values, are written straight to disk; a
 * quantized type is made from F16 by llama.cpp's quantizer, or written directly where the catalogue says that F16 is too
 * large and the type's mix is known.
 */
export async function resolveSynthetic(
  store: Store,
  entry: SyntheticEntry,
  ref: ModelRef,
  options: FindOptions,
): Promise<ModelFile> {
  if (ref.form !== "gguf") return { ...(await keepModel(store, folderRecipe(entry, ref), options)), ref };
  const { type } = requireMakeable(parseGgufQuantization(ref.quantization));
  const direct = entry.quantized === "direct" && mixNames.includes(ref.quantization);
  if (ref.quantization === "F16" || direct) return keepModel(store, fileRecipe(entry, ref, type), options);
  const source = await resolveSynthetic(store, entry, { ...ref, quantization: "F16" }, options);
  return keepQuantized(store, ref, source, options);
}

function fileRecipe({ id, shape, seed }: SyntheticEntry, ref: ModelRef, fileType: FileType): Recipe {
  const model = { id, shape, seed, fileType, fileTypeNumber: fileTypes[fileType] };
  const weights =
    fileType === "F16"
      ? "normal, deviation 0.02, one pattern repeated from other places"
      : "random blocks of deviation 0.02 in the mix of llama.cpp's quantizer; no quantizer ran";
  return {
    ref,
    key: syntheticDigest(model),
    provenance: [synthesis({ seed, type: fileType, weights, shape: { ...shape } })],
    async make(temporary, { signal, onProgress }) {
      const { bytes } = planSynthetic(model);
      await requireDisk(path.dirname(temporary), bytes, `writing ${id} in ${fileType}`);
      return writeSynthetic(temporary, model, {
        signal,
        onBytes: (done) =>
          onProgress?.({ step: `write ${id} in ${fileType}`, done, total: bytes, unit: "bytes" }),
      });
    },
  };
}

const folderDataType = "bfloat16";

/** Models that are written in quantized types directly are too large; rows of other shapes would need reordering. */
function isWrittenAsFolder({ quantized, shape }: SyntheticEntry): boolean {
  return quantized === "derived" && shape.architecture === "qwen2";
}

function folderRecipe(entry: SyntheticEntry, ref: ModelRef): Recipe {
  const { id, shape, seed } = entry;
  if (!isWrittenAsFolder(entry)) {
    throw new UnavailableError(
      `${id} is made only as GGUF files, not as ${ref.quantization}`,
      "take synthetic/qwen2.5-0.5b, which is made in every form",
    );
  }
  const settings = { seed, type: folderDataType, shape: { ...shape } };
  const weights = "the values of the same model's F16 file, in bfloat16 exactly";
  return {
    ref: { ...ref, quantization: folderDataType },
    synthetic: true,
    key: digestOf({ id, form: "hf", generatorVersion, ...settings }),
    provenance: [synthesis({ ...settings, weights })],
    async make(temporary, { signal, onProgress }) {
      const step = `write ${id} as a Hugging Face folder`;
      const { bytes } = planFolder(entry);
      await requireDisk(path.dirname(temporary), bytes, step);
      await writeSyntheticFolder(temporary, entry, {
        signal,
        onBytes: (done) => onProgress?.({ step, done, total: bytes, unit: "bytes" }),
      });
      return null;
    },
  };
}

function synthesis(settings: ProvenanceStep["settings"]): ProvenanceStep {
  const tool = "quantlab synthetic writer";
  return { step: "synthesise", tool, version: generatorVersion, settings, inputSha256: null };
}
