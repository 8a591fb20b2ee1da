import { armsOf, defineExperiment } from "@quantlab/core";
import { llamacppEngine } from "@quantlab/llamacpp";
import { mlx, mlxModel } from "@quantlab/mlx-bridge";
import { model } from "@quantlab/model-store";
import {
  bitsPerByte,
  kldMean,
  kldP99,
  modelBytes,
  perplexity,
  topTokenAgreement,
  weightBytes,
} from "@quantlab/shared-metrics";
import { transformersCpu } from "@quantlab/transformers-cpu";

const engine = llamacppEngine({ threads: 2 });
const transformers = transformersCpu({ threads: 2 });
const apple = mlx();

const llamacppTypes = ["F16", "Q8_0", "Q6_K", "Q5_K_S", "Q4_K_M", "Q4_K_M+imatrix", "Q4_0"] as const;
const smallTypes = ["Q3_K_M", "Q3_K_M+imatrix", "IQ3_XXS+imatrix", "Q2_K", "IQ2_M+imatrix"] as const;
const packedTypes = ["mlx-8bit-g64", "mlx-4bit-g64", "mlx-3bit-g64", "mlx-2bit-g64"] as const;
const learnedTypes = [
  "mlx-4bit-g64-dwq",
  "mlx-4bit-g64-awq",
  "mlx-4bit-g64-gptq",
  "mlx-2bit-g64-dwq",
] as const;

export default defineExperiment({
  id: "exp7",
  question: "Which package's quantization loses least at equal bytes?",
  arms: {
    ...armsOf([...llamacppTypes, ...smallTypes], (type) => ({
      model: model("sprout", type),
      backend: engine,
    })),
    ...armsOf(["bnb-int8", "bnb-nf4"], (type) => ({ model: model("sprout", type), backend: transformers })),
    ...armsOf([...packedTypes, ...learnedTypes], (type) => ({
      model: mlxModel("sprout", type),
      backend: apple,
    })),
  },
  baseline: "F16",
  reference: "F16",
  // What is asked does not change from process to process, so that one block answers it.
  workload: { prompts: "inflation@1", newTokens: 8, seed: 42, chunks: 8 },
  protocol: { warmups: 0, blocks: 1, generations: 1, order: "interleaved" },
  report: [modelBytes, weightBytes, kldMean, kldP99, topTokenAgreement, perplexity, bitsPerByte],
});
