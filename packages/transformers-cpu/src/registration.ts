import type { Engine } from "@quantlab/core";
import { transformersEngine } from "./engine.ts";
import { transformersChecks, transformersCpu } from "./transformers-cpu.ts";

export const engines: readonly Engine[] = [
  {
    id: "transformers-cpu",
    name: "transformers",
    title: "Transformers",
    about: "Hugging Face on the CPU",
    model: "sprout:float32",
    form: "hf",
    options: transformersChecks,
    python: transformersEngine,
    backend: (options = {}) => transformersCpu().withOptions(options),
  },
];
