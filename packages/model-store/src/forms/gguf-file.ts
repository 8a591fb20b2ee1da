import {
  BadFileError,
  ggufFileTypes,
  type ModelFile,
  type ModelRef,
  type ProvenanceStep,
} from "@quantlab/core";
import { fileTypes, type Gguf, metadataNumber, readGguf } from "@quantlab/llama-capi";

/** The metadata entry that marks a file's weights as random; it survives llama.cpp's quantizer. */
export const syntheticKey = "quantlab.synthetic";

/** Checks the file's structure and returns its description; files without weights and parts of files are refused. */
export function readModelGguf(path: string): Gguf {
  const gguf = readGguf(path);
  if (gguf.tensors.length === 0)
    throw new BadFileError(path, "holds no weights, only a vocabulary", "give a whole model");
  const parts = metadataNumber(gguf.metadata, "split.count") ?? 1;
  if (parts > 1)
    throw new BadFileError(path, `is one of ${parts} parts of a model`, "merge them with llama-gguf-split");
  return gguf;
}

/** Elements of all tensors, and bits that each takes on average. */
function sizeOf(gguf: Gguf): { readonly parameters: number; readonly bitsPerWeight: number } {
  let parameters = 0;
  let bytes = 0;
  for (const tensor of gguf.tensors) {
    parameters += tensor.elements;
    bytes += tensor.bytes;
  }
  return { parameters, bitsPerWeight: (bytes * 8) / parameters };
}

/** The quantization that a file says it has, or null when it says none that llama.cpp knows. */
export function ownQuantization(gguf: Gguf): string | null {
  const number = metadataNumber(gguf.metadata, "general.file_type");
  return ggufFileTypes.find((name) => fileTypes[name] === number) ?? null;
}

/** A GGUF file on disk as a ModelFile. */
export function describeGguf(
  gguf: Gguf,
  ref: ModelRef,
  sha256: string,
  provenance: readonly ProvenanceStep[],
): ModelFile {
  return {
    ref,
    path: gguf.path,
    sha256,
    bytes: gguf.bytes,
    ...sizeOf(gguf),
    synthetic: gguf.metadata.get(syntheticKey) === true,
    provenance,
  };
}
