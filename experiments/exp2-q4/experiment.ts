import { defineExperiment } from "@quantlab/core";
import { llamacppEngine, llamacppSession } from "@quantlab/llamacpp";
import { model } from "@quantlab/model-store";
import {
  accuracy,
  bitsPerWeight,
  decodeTps,
  loadMs,
  modelBytes,
  peakRssBytes,
  perplexity,
  prefillTps,
  rssAfterGenerateBytes,
  totalMs,
  ttftMs,
} from "@quantlab/shared-metrics";

const engine = llamacppEngine({ threads: 2 });
const session = llamacppSession({ threads: 2 });

export default defineExperiment({
  id: "exp2",
  question: "What does Q4_K_M gain over F16 in speed and memory, and what does it lose in quality?",
  arms: {
    f16: { model: model("sprout", "F16"), backend: engine },
    q4: { model: model("sprout", "Q4_K_M"), backend: engine },
    "f16-session": { model: model("sprout", "F16"), backend: session },
    "q4-session": { model: model("sprout", "Q4_K_M"), backend: session },
  },
  baseline: "f16",
  workload: { prompts: "inflation@1", newTokens: 80, seed: 42, chunks: 64 },
  // Five fresh processes an arm, interleaved: enough for an interval, and drift cancels.
  protocol: { warmups: 1, blocks: 5, order: "interleaved" },
  report: [
    decodeTps,
    prefillTps,
    ttftMs,
    totalMs,
    loadMs,
    rssAfterGenerateBytes,
    peakRssBytes,
    modelBytes,
    bitsPerWeight,
    perplexity,
    accuracy,
  ],
});
