import path from "node:path";
import { type ModelFile, repositoryRoot } from "@quantlab/core";

/** The shipped model as it lies in the repository, or another file made from it. */
export function sprout(file: string, quantization: string): ModelFile {
  return {
    ref: { id: "sprout", form: "gguf", quantization },
    path: file,
    sha256: "",
    bytes: 0,
    parameters: 0,
    bitsPerWeight: 0,
    synthetic: false,
    provenance: [],
  };
}

export const sproutF16 = sprout(path.join(repositoryRoot, "models/sprout/sprout-F16.gguf"), "F16");
