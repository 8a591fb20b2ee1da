import path from "node:path";
import { compilerFlags } from "@quantlab/llama-capi/compiler-flags";
import type { PythonEngine } from "@quantlab/python-bridge";

/**
 * PyPI has only its source, so installing is compiling, with the package's own defaults: what its users run, save where
 * that would crash.
 */
export const llamaCppPythonEngine: PythonEngine = {
  name: "llama-cpp-python",
  title: "llama-cpp-python",
  folder: path.join(import.meta.dirname, "../python"),
  module: "quantlab_llama_cpp",
  needs: ["llama_cpp"],
  distributions: ["llama-cpp-python"],
  toolchain: "a C++ compiler",
  ...(compilerFlags && { installEnvironment: { CFLAGS: compilerFlags, CXXFLAGS: compilerFlags } }),
  sizeBytes: { linux: 130e6, darwin: 110e6 },
};
