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
  id: "exp2",
  onFrontPage: true,
  question: "What does Q4_K_M gain over F16 in speed and memory, and what does it lose in quality?",
  arms: {
    f16: { model: "sprout:F16", engine },
    q4: { model: "sprout:Q4_K_M", engine },
    "f16-session": { model: "sprout:F16", engine: session },
    "q4-session": { model: "sprout:Q4_K_M", engine: session },
  },
  baseline: "f16",
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
