import { armsOf, defineExperiment } from "@quantlab/core";
import { llamacppEngine } from "@quantlab/llamacpp";
import { generation, scoring } from "@quantlab/scenarios";
import {
  accuracy,
  bitsPerWeight,
  decodeTps,
  flips,
  kldMean,
  kldP99,
  loadMs,
  modelBytes,
  peakMemory,
  perplexity,
  prefillTps,
  topTokenAgreement,
} from "@quantlab/shared-metrics";

const engine = llamacppEngine();
const kTypes = [
  "Q6_K",
  "Q5_K_M",
  "Q5_K_S",
  "Q4_K_M",
  "Q4_K_S",
  "Q3_K_L",
  "Q3_K_M",
  "Q3_K_S",
  "Q2_K",
] as const;
const iqTypes = ["IQ4_NL", "IQ4_XS", "IQ3_M", "IQ3_S"] as const;
// llama.cpp makes these only with an importance matrix.
const guidedTypes = ["IQ3_XS", "IQ3_XXS", "IQ2_M", "IQ2_S", "IQ2_XS", "IQ2_XXS", "IQ1_M", "IQ1_S"] as const;
const guided = guidedTypes.map((type) => `${type}+imatrix` as const);

export default defineExperiment({
  id: "exp4",
  question:
    "How far down llama.cpp's ladder of quantizations may one go, and what does each step give and cost?",
  arms: armsOf(["F16", "Q8_0", "Q5_0", "Q4_0", ...kTypes, ...iqTypes, ...guided], (type) => ({
    model: `sprout:${type}`,
    engine,
  })),
  baseline: "F16",
  reference: "F16",
  shown: ["F16", "Q8_0", "Q6_K", "Q5_K_M", "Q4_K_M", "Q3_K_M", "Q2_K", "IQ2_M+imatrix"],
  // 25 arms in three minutes: a part of the text and of each task stands for the whole.
  workloads: [
    generation({ prompt: "inflation@1", newTokens: 80 }),
    scoring({ chunks: 16, items: 30, large: { chunks: 8, items: 15 } }),
  ],
  protocol: { blocks: 3, order: "interleaved", seed: 42 },
  report: [
    modelBytes,
    bitsPerWeight,
    loadMs,
    ...peakMemory,
    prefillTps,
    decodeTps,
    perplexity,
    kldMean,
    kldP99,
    topTokenAgreement,
    accuracy,
    flips,
  ],
  analyses: [
    { analysis: "smallest", within: "perplexity", loss: "kldMean", size: "modelBytes" },
    { analysis: "beaten", loss: "kldMean", size: "modelBytes" },
    { analysis: "pareto", name: "quality-size", cost: "modelBytes", loss: "kldMean" },
    { analysis: "pareto", name: "quality", cost: "decodeTps", loss: "kldMean" },
    { analysis: "expected-loss", size: "modelBytes", loss: "perplexity", skill: "accuracy" },
  ],
});
