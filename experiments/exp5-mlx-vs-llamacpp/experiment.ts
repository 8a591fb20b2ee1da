import { defineExperiment } from "@quantlab/core";
import { llamacppEngine } from "@quantlab/llamacpp";
import { mlx } from "@quantlab/mlx-bridge";
import { generation } from "@quantlab/scenarios";
import {
  bitsPerWeight,
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

const engine = llamacppEngine();
// On the platform's best device: Metal on Apple silicon, the CPU on Linux.
const apple = mlx();

export default defineExperiment({
  id: "exp5",
  question: "Is MLX or llama.cpp faster at the same bits, and what do they need in CPU and memory?",
  arms: {
    q4: { model: "sprout:Q4_K_M", engine },
    "mlx-4bit": { model: "sprout:mlx-4bit-g64-bfloat16", engine: apple },
    "mlx-4bit-float32": { model: "sprout:mlx-4bit-g64-float32", engine: apple },
    q8: { model: "sprout:Q8_0", engine },
    "mlx-8bit": { model: "sprout:mlx-8bit-g64-bfloat16", engine: apple },
    f16: { model: "sprout:F16", engine },
    "mlx-bf16": { model: "sprout:mlx-bfloat16", engine: apple },
  },
  baseline: "q4",
  workloads: [generation({ prompt: "light-bulb@1", newTokens: 50 })],
  // Five fresh processes an arm, interleaved: enough for an interval, and drift cancels.
  protocol: { blocks: 5, order: "interleaved", seed: 42 },
  // No text is scored: MLX's quantized kernels on a Linux CPU would take hours over it.
  report: [
    totalMs,
    decodeTps,
    prefillTps,
    ttftMs,
    cpuPercent,
    ...peakMemory,
    loadMs,
    modelLoadMs,
    weightBytes,
    modelBytes,
    bitsPerWeight,
  ],
});
