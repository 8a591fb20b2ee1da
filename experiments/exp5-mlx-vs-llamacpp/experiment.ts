import { defineExperiment } from "@quantlab/core";
import { llamacppEngine } from "@quantlab/llamacpp";
import { mlx, mlxForm } from "@quantlab/mlx-bridge";
import { createStore, model } from "@quantlab/model-store";
import {
  bitsPerWeight,
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

const store = createStore({ forms: [mlxForm] });
const engine = llamacppEngine({ threads: 2 });
// On the platform's best device: Metal on Apple silicon, the CPU on Linux.
const apple = mlx();

export default defineExperiment({
  id: "exp5",
  question: "Is MLX or llama.cpp faster at the same bits, and what do they need in CPU and memory?",
  arms: {
    q4: { model: model("sprout", "Q4_K_M"), backend: engine },
    "mlx-4bit": { model: model("sprout", "mlx-4bit-g64-bfloat16", store), backend: apple },
    "mlx-4bit-float32": { model: model("sprout", "mlx-4bit-g64-float32", store), backend: apple },
    q8: { model: model("sprout", "Q8_0"), backend: engine },
    "mlx-8bit": { model: model("sprout", "mlx-8bit-g64-bfloat16", store), backend: apple },
    f16: { model: model("sprout", "F16"), backend: engine },
    "mlx-bf16": { model: model("sprout", "mlx-bfloat16", store), backend: apple },
  },
  baseline: "q4",
  workload: { prompts: "light-bulb@1", newTokens: 50, seed: 42 },
  // Five fresh processes an arm, interleaved: enough for an interval, and drift cancels.
  protocol: { warmups: 1, blocks: 5, order: "interleaved" },
  // No text is scored: MLX's quantized kernels on a Linux CPU would take hours over it.
  report: [
    totalMs,
    decodeTps,
    prefillTps,
    ttftMs,
    cpuPercent,
    peakRssBytes,
    loadMs,
    modelLoadMs,
    weightBytes,
    modelBytes,
    bitsPerWeight,
  ],
});
