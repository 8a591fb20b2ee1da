import { defineExperiment } from "@quantlab/core";
import { llamaCppPython } from "@quantlab/llama-cpp-python";
import { llamacppEngine, llamacppSession } from "@quantlab/llamacpp";
import { mlx } from "@quantlab/mlx-bridge";
import { generation } from "@quantlab/scenarios";
import {
  cpuPercent,
  decodeTps,
  loadMs,
  modelBytes,
  modelLoadMs,
  peakMemory,
  prefillTps,
  totalMs,
  ttftMs,
  weightBytes,
} from "@quantlab/shared-metrics";
import { transformersCpu } from "@quantlab/transformers-cpu";

const q4 = "sprout:Q4_K_M";
const transformers = transformersCpu();

export default defineExperiment({
  id: "exp8",
  question: "Which package loads the model and answers a prompt fastest on this machine?",
  arms: {
    engine: { model: q4, engine: llamacppEngine() },
    session: { model: q4, engine: llamacppSession() },
    "llama-cpp-python": { model: q4, engine: llamaCppPython() },
    "mlx-4bit": { model: "sprout:mlx-4bit-g64-bfloat16", engine: mlx() },
    "mlx-4bit-float32": { model: "sprout:mlx-4bit-g64-float32", engine: mlx() },
    nf4: { model: "sprout:bnb-nf4", engine: transformers },
    int8: { model: "sprout:bnb-int8", engine: transformers },
    bfloat16: { model: "sprout:bfloat16", engine: transformers },
    float32: { model: "sprout:float32", engine: transformers },
  },
  baseline: "engine",
  shown: ["engine", "session", "llama-cpp-python", "mlx-4bit", "mlx-4bit-float32", "nf4", "int8", "float32"],
  workloads: [generation({ prompt: "light-bulb@1", newTokens: 50 })],
  // Five fresh processes an arm, interleaved: enough for an interval, and drift cancels.
  protocol: { blocks: 5, order: "interleaved", seed: 42 },
  report: [
    totalMs,
    loadMs,
    modelLoadMs,
    decodeTps,
    prefillTps,
    ttftMs,
    cpuPercent,
    ...peakMemory,
    weightBytes,
    modelBytes,
  ],
  modelFlags: {
    "llamacpp-model-path": {
      value: "file",
      about:
        "a .gguf file of yours, as it is, for the llama.cpp arms; name its folder for the others with --model",
      arms: ["engine", "session", "llama-cpp-python"],
    },
  },
});
