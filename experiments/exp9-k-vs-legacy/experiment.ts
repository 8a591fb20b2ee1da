import { armsOf, defineExperiment } from "@quantlab/core";
import { llamacppEngine } from "@quantlab/llamacpp";
import { generation, scoring } from "@quantlab/scenarios";
import {
  bitsPerWeight,
  decodeTps,
  kldMean,
  kldP99,
  modelBytes,
  perplexity,
  prefillTps,
  rmsDeltaP,
  topTokenAgreement,
} from "@quantlab/shared-metrics";

const engine = llamacppEngine();
const types = ["Q4_0", "Q4_1", "Q4_K_S", "Q5_0", "Q5_1", "Q5_K_S"] as const;
const withMatrix = types.map((type) => `${type}+imatrix` as const);
// One class of tensors quantized, all others as they were.
const classes = (["attn", "ffn", "embed"] as const).flatMap((name) =>
  (["Q4_0", "Q4_1", "Q4_K"] as const).map((type) => `F16+${name}=${type}` as const),
);

export default defineExperiment({
  id: "exp9",
  question:
    "Are K-quants better than legacy types of the same bits, and is it the type or the mix that makes it so?",
  arms: armsOf(["F16", ...types, ...withMatrix, ...classes], (type) => ({
    model: `sprout:${type}`,
    engine,
  })),
  baseline: "F16",
  reference: "F16",
  shown: ["F16", "Q4_0", "Q4_1", "Q4_K_S", "Q4_K_S+imatrix", "Q5_0", "Q5_1", "Q5_K_S"],
  // 22 arms in three minutes: a part of the text stands for the whole, and no task would tell such neighbours apart.
  workloads: [
    generation({ prompt: "inflation@1", newTokens: 80 }),
    scoring({ chunks: 32, large: { chunks: 8 } }),
  ],
  protocol: { blocks: 3, order: "interleaved", seed: 42 },
  report: [
    modelBytes,
    bitsPerWeight,
    prefillTps,
    decodeTps,
    perplexity,
    kldMean,
    kldP99,
    topTokenAgreement,
    rmsDeltaP,
  ],
  analyses: [
    { analysis: "k-against-legacy", loss: "kldMean", size: "modelBytes" },
    { analysis: "importance", loss: "kldMean", size: "modelBytes" },
    { analysis: "tensor-classes", loss: "kldMean", size: "modelBytes" },
    { analysis: "pareto", name: "quality-size", cost: "modelBytes", loss: "kldMean" },
    { analysis: "pareto", name: "quality", cost: "decodeTps", loss: "kldMean" },
  ],
});
