import { defineExperiment } from "@quantlab/core";
import { llamacppEngine } from "@quantlab/llamacpp";
import { generation, scoring } from "@quantlab/scenarios";
import { accuracy, bitsPerWeight, decodeTps, modelBytes, perplexity } from "@quantlab/shared-metrics";

const engine = llamacppEngine();

export default defineExperiment({
  id: "exp0",
  ownModel: true,
  question: "How good is the shipped model, and does quantization hurt it measurably?",
  arms: {
    f16: { model: "sprout:F16", engine },
    q8: { model: "sprout:Q8_0", engine },
    q4: { model: "sprout:Q4_K_M", engine },
    q2: { model: "sprout:Q2_K", engine },
  },
  // Against Q8_0, so that the paired interval of Q2_K over Q8_0, the model's acceptance test, is in the results.
  baseline: "q8",
  workloads: [generation({ prompt: "inflation@1", newTokens: 80 }), scoring()],
  protocol: { blocks: 4, order: "interleaved", seed: 42 },
  report: [perplexity, accuracy, modelBytes, bitsPerWeight, decodeTps],
  analyses: [
    { analysis: "pareto", name: "quality-size", cost: "modelBytes", loss: "perplexity" },
    { analysis: "pareto", name: "quality", cost: "decodeTps", loss: "perplexity" },
    { analysis: "model-card", model: "sprout", readme: "models/sprout/README.md", loss: "perplexity" },
  ],
});
