import { defineExperiment } from "@quantlab/core";
import { llamacppEngine, llamacppSession } from "@quantlab/llamacpp";
import { generation, scoring } from "@quantlab/scenarios";
import {
  accuracy,
  bitsPerWeight,
  decodeTps,
  loadMs,
  modelBytes,
  peakMemory,
  perplexity,
  prefillTps,
  rssAfterGenerateBytes,
  totalMs,
  ttftMs,
} from "@quantlab/shared-metrics";

const engine = llamacppEngine();
const session = llamacppSession();

export default defineExperiment({
  id: "exp3",
  question: "What does Q5_K_M buy over Q4_K_M, and what does it cost per token?",
  arms: {
    q4: { model: "sprout:Q4_K_M", engine },
    q5: { model: "sprout:Q5_K_M", engine },
    "q4-session": { model: "sprout:Q4_K_M", engine: session },
    "q5-session": { model: "sprout:Q5_K_M", engine: session },
  },
  baseline: "q4",
  workloads: [
    generation({ prompt: "inflation@1", newTokens: 80 }),
    scoring({ chunks: 64, large: { chunks: 32, items: 120 } }),
  ],
  // Five fresh processes an arm, interleaved: enough for an interval, and drift cancels.
  protocol: { blocks: 5, order: "interleaved", seed: 42 },
  report: [
    decodeTps,
    prefillTps,
    ttftMs,
    totalMs,
    loadMs,
    rssAfterGenerateBytes,
    ...peakMemory,
    modelBytes,
    bitsPerWeight,
    perplexity,
    accuracy,
  ],
  analyses: [{ analysis: "pareto", name: "quality", cost: "decodeTps", loss: "perplexity" }],
});
