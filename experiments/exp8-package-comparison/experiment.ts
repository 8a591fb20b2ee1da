import { defineExperiment } from "@quantlab/core";
import { llamaCppPython } from "@quantlab/llama-cpp-python";
import { llamacppEngine, llamacppSession } from "@quantlab/llamacpp";
import { mlx, mlxForm } from "@quantlab/mlx-bridge";
import { createStore, model, modelSource } from "@quantlab/model-store";
import {
  cpuPercent,
  decodeTps,
  loadMs,
  modelBytes,
  modelLoadMs,
  peakRssBytes,
  prefillTps,
  totalMs,
  ttftMs,
  weightBytes,
} from "@quantlab/shared-metrics";
import { transformersCpu } from "@quantlab/transformers-cpu";

const store = createStore({ forms: [mlxForm] });
const q4 = model("sprout", "Q4_K_M");
const transformers = transformersCpu({ threads: 2 });

export default defineExperiment({
  id: "exp8",
  question: "Which package loads the model and answers a prompt fastest on this machine?",
  arms: {
    engine: { model: q4, backend: llamacppEngine({ threads: 2 }) },
    session: { model: q4, backend: llamacppSession({ threads: 2 }) },
    "llama-cpp-python": { model: q4, backend: llamaCppPython({ threads: 2 }) },
    "mlx-4bit": { model: model("sprout", "mlx-4bit-g64-bfloat16", store), backend: mlx() },
    "mlx-4bit-float32": { model: model("sprout", "mlx-4bit-g64-float32", store), backend: mlx() },
    nf4: { model: model("sprout", "bnb-nf4"), backend: transformers },
    int8: { model: model("sprout", "bnb-int8"), backend: transformers },
    bfloat16: { model: model("sprout", "bfloat16"), backend: transformers },
    float32: { model: model("sprout", "float32"), backend: transformers },
  },
  baseline: "engine",
  workload: { prompts: "light-bulb@1", newTokens: 50, seed: 42 },
  // Five fresh processes an arm, interleaved: enough for an interval, and drift cancels.
  protocol: { warmups: 1, blocks: 5, order: "interleaved" },
  report: [
    totalMs,
    loadMs,
    modelLoadMs,
    decodeTps,
    prefillTps,
    ttftMs,
    cpuPercent,
    peakRssBytes,
    weightBytes,
    modelBytes,
  ],
  modelFlags: {
    "llamacpp-model-path": {
      value: "file",
      about:
        "a .gguf file of yours, as it is, for the llama.cpp arms; name its folder for the others with --model",
      arms: ["engine", "session", "llama-cpp-python"],
      model: modelSource,
    },
  },
});
