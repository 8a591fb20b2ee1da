import path from "node:path";
import type { PythonEngine } from "@quantlab/python-bridge";

/** PyTorch from PyPI brings CUDA on Linux, whether the machine has it or not. */
export const transformersEngine: PythonEngine = {
  name: "transformers",
  title: "Hugging Face Transformers",
  folder: path.join(import.meta.dirname, "../python"),
  module: "quantlab_transformers",
  needs: ["torch", "transformers", "bitsandbytes", "accelerate"],
  distributions: ["transformers", "torch", "bitsandbytes"],
  sizeBytes: { linux: 5.9e9, darwin: 1e9 },
};
