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
  id: "exp3",
  question: "What does Q5_K_M buy over Q4_K_M, and what does it cost per token?",
  arms: {
    q4: { model: model("sprout", "Q4_K_M"), backend: engine },
    q5: { model: model("sprout", "Q5_K_M"), backend: engine },
    "q4-session": { model: model("sprout", "Q4_K_M"), backend: session },
    "q5-session": { model: model("sprout", "Q5_K_M"), backend: session },
  },
  baseline: "q4",
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
