import { defineExperiment } from "@quantlab/core";
import { llamacppEngine } from "@quantlab/llamacpp";
import { model } from "@quantlab/model-store";
import { accuracy, bitsPerWeight, decodeTps, modelBytes, perplexity } from "@quantlab/shared-metrics";

const engine = llamacppEngine({ threads: 2 });

export default defineExperiment({
  id: "exp0",
  question: "How good is the shipped model, and does quantization hurt it measurably?",
  arms: {
    f16: { model: model("sprout", "F16"), backend: engine },
    q8: { model: model("sprout", "Q8_0"), backend: engine },
    q4: { model: model("sprout", "Q4_K_M"), backend: engine },
    q2: { model: model("sprout", "Q2_K"), backend: engine },
  },
  // Against Q8_0, so that the paired interval of Q2_K over Q8_0, the model's acceptance test, is in the results.
  baseline: "q8",
  workload: { prompts: "inflation@1", newTokens: 80, seed: 42 },
  protocol: { warmups: 1, blocks: 4, order: "interleaved" },
  report: [perplexity, accuracy, modelBytes, bitsPerWeight, decodeTps],
});
