import path from "node:path";
import { bitsOfType, digestOf, knownName, type ModelFile, UnavailableError } from "@quantlab/core";
import { llamaVersion } from "@quantlab/llama-capi";
import { type Form, type Recipe, requireDisk } from "@quantlab/model-store";
import { type ConversionType, conversionTypes, runConverter } from "./run-converter.ts";

/** GGUF files of Hugging Face folders, in a type with full weights. For a store: `createStore({ forms: [ggufForm] })`. */
export const ggufForm: Form = {
  form: "gguf",
  recipe: async ({ ref, source }) =>
    ggufConversion(
      { ...(await source()), ref: { ...ref, form: "hf" } },
      knownName("GGUF type", ref.quantization, conversionTypes),
    ),
};

/**
 * The Hugging Face folder `source` as GGUF, for `keepModel` and `writeModel`. `name` is what the file calls the model;
 * the converter makes one of the folder's unless said. Throws an UnavailableError for a GGUF file, and a BadFileError
 * with the converter's last words, when it is made, for a folder that it does not take.
 */
export function ggufConversion(
  { ref, path: folder, sha256, parameters, provenance }: ModelFile,
  type: ConversionType,
  name?: string,
): Recipe {
  if (ref.form !== "hf")
    throw new UnavailableError(
      `${folder} is no Hugging Face folder with full weights`,
      ref.form === "gguf"
        ? 'it is GGUF already: "pnpm lab quantize"'
        : "give the folder that it was made from",
    );
  const step = {
    step: "convert",
    tool: "llama.cpp convert_hf_to_gguf.py",
    version: llamaVersion,
    settings: { type, name: name ?? null },
    inputSha256: sha256,
  };
  return {
    ref: { id: ref.id, form: "gguf", quantization: type },
    key: digestOf(step),
    provenance: [...provenance, step],
    async make(temporary, options) {
      // An upper estimate: vectors stay in float32, the vocabulary goes along.
      const bytes = Math.ceil((parameters * (bitsOfType(type) + 1)) / 8) + 32 * 2 ** 20;
      await requireDisk(path.dirname(temporary), bytes, `converting ${ref.id} to ${type}`);
      await runConverter(folder, temporary, type, { ...options, ...(name !== undefined && { name }) });
      return null;
    },
  };
}
