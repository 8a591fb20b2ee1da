import type { VerbModule } from "./frame/verb.ts";

/** What `lab --help` lists; a verb's own file is loaded only when it is asked for. */
export const verbs: Readonly<Record<string, { readonly summary: string; load(): Promise<VerbModule> }>> = {
  doctor: {
    summary: "check this machine: engine, devices, memory, models, tools",
    load: () => import("./verbs/doctor.ts"),
  },
  models: {
    summary: "list, inspect, download and remove models",
    load: () => import("./verbs/models.ts"),
  },
  quantize: {
    summary: "make a model file smaller: every type of llama.cpp, several in one go",
    load: () => import("./verbs/quantize.ts"),
  },
  convert: {
    summary: "turn a Hugging Face folder into GGUF or MLX form",
    load: () => import("./verbs/convert.ts"),
  },
  imatrix: {
    summary: "compute an importance matrix from a calibration text",
    load: () => import("./verbs/imatrix.ts"),
  },
  generate: {
    summary: "answer one prompt and stream the text",
    load: () => import("./verbs/generate.ts"),
  },
  perplexity: {
    summary: "score a text, and how far from a reference a model is",
    load: () => import("./verbs/perplexity.ts"),
  },
  eval: {
    summary: "answer tasks: accuracy, and which answers flipped against a reference",
    load: () => import("./verbs/eval.ts"),
  },
  setup: {
    summary: "make the environment of a Python engine ahead of time",
    load: () => import("./verbs/setup.ts"),
  },
};
