import path from "node:path";
import type { PythonEngine } from "@quantlab/python-bridge";

/** Without PyTorch: the lab's backends are the model. */
export const lmEvalEngine: PythonEngine = {
  name: "lm-eval",
  title: "lm-evaluation-harness",
  folder: path.join(import.meta.dirname, "../python"),
  module: "quantlab_lm_eval",
  needs: ["lm_eval", "datasets"],
  distributions: ["lm-eval"],
  sizeBytes: { linux: 0.6e9, darwin: 0.6e9 },
};
