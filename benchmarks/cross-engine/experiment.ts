import { type Arm, armsOf, defineExperiment } from "@quantlab/core";
import { llamacppEngine } from "@quantlab/llamacpp";
import { mlx } from "@quantlab/mlx-bridge";
import { scoring } from "@quantlab/scenarios";
import { kldMax, kldMean, perplexity, rmsDeltaP, topTokenAgreement } from "@quantlab/shared-metrics";
import { transformersCpu } from "@quantlab/transformers-cpu";

// Nothing is timed, and several threads wait for each other wherever something else computes.
const threads = 1;
const engine = llamacppEngine({ threads, gpu: false });
const transformers = transformersCpu({ threads });
const llamacpp = (type: string): Arm => ({ model: `sprout:${type}`, engine });

export default defineExperiment({
  id: "cross-engine",
  ownModel: true,
  question: "How far do llama.cpp, Transformers and MLX agree on the distribution of the next token?",
  arms: {
    // Float32 weights, and nothing rounded in the cache either.
    "llama.cpp F32": {
      model: "sprout:F32",
      engine: llamacppEngine({ threads, gpu: false, kvCacheTypes: ["f32", "f32"] }),
    },
    "llama.cpp BF16": llamacpp("BF16"),
    "llama.cpp F16": llamacpp("F16"),
    ...armsOf(["float32", "bfloat16", "float16"], (type) => ({
      model: `sprout:${type}`,
      engine: transformers,
    })),
    ...armsOf(["mlx-float32", "mlx-bfloat16", "mlx-float16"], (type) => ({
      model: `sprout:${type}`,
      engine: mlx(),
    })),
  },
  baseline: "llama.cpp F32",
  reference: "llama.cpp F32",
  workloads: [scoring({ chunks: 8 })],
  protocol: { blocks: 1, order: "interleaved", seed: 1 },
  report: [kldMean, kldMax, rmsDeltaP, topTokenAgreement, perplexity],
});
