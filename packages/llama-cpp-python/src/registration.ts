import type { Engine } from "@quantlab/core";
import { llamaCppPythonEngine } from "./engine.ts";
import { llamaCppPython, llamaCppPythonChecks } from "./llama-cpp-python.ts";

export const engines: readonly Engine[] = [
  {
    id: "llama-cpp-python",
    name: "llama-cpp-python",
    title: "llama-cpp-python",
    about: "the Python package, compiled once",
    model: "sprout:F16",
    form: "gguf",
    options: llamaCppPythonChecks,
    python: llamaCppPythonEngine,
    backend: (options = {}) => llamaCppPython().withOptions(options),
  },
];
