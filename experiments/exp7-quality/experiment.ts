import { armsOf, defineExperiment } from "@quantlab/core";
import { llamacppEngine } from "@quantlab/llamacpp";
import { mlx } from "@quantlab/mlx-bridge";
import { scoring } from "@quantlab/scenarios";
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

const engine = llamacppEngine();
const transformers = transformersCpu();
// Every type of scale fits into float32, so that what is left of an error is the weights' own.
const apple = mlx({ computeIn: "float32" });

const llamacppTypes = ["F16", "Q8_0", "Q6_K", "Q5_K_S", "Q4_K_M", "Q4_K_M+imatrix", "Q4_0"] as const;
const smallTypes = ["Q3_K_M", "Q3_K_M+imatrix", "IQ3_XXS+imatrix", "Q2_K", "IQ2_M+imatrix"] as const;
const packedTypes = ["mlx-8bit-g64", "mlx-4bit-g64", "mlx-3bit-g64", "mlx-2bit-g64"] as const;
// Learning computes in what is stored, and float16 would take a CPU an hour: float32 scales, half a bit more a weight.
const learnedTypes = [
  "mlx-4bit-g64-float32-dwq",
  "mlx-4bit-g64-float32-awq",
  "mlx-4bit-g64-float32-gptq",
] as const;

export default defineExperiment({
  id: "exp7",
  question: "Which package's quantization loses least at equal bytes?",
  arms: {
    ...armsOf([...llamacppTypes, ...smallTypes], (type) => ({
      model: `sprout:${type}`,
      engine,
    })),
    ...armsOf(["bnb-int8", "bnb-nf4"], (type) => ({ model: `sprout:${type}`, engine: transformers })),
    ...armsOf(packedTypes, (type) => ({ model: `sprout:${type}`, engine: apple })),
    ...armsOf(learnedTypes, (type) => ({
      model: `sprout:${type}-16x64`,
      engine: apple,
    })),
  },
  baseline: "F16",
  reference: "F16",
  shown: [
    "F16",
    "Q8_0",
    "Q4_K_M",
    "Q4_K_M+imatrix",
    "bnb-int8",
    "bnb-nf4",
    "mlx-4bit-g64",
    "mlx-4bit-g64-float32-dwq",
  ],
  // What is asked does not change from process to process, so that one block answers it.
  workloads: [scoring({ chunks: 8, large: { chunks: 4 } })],
  protocol: { blocks: 1, order: "interleaved", seed: 42 },
  report: [modelBytes, weightBytes, kldMean, kldP99, topTokenAgreement, perplexity, bitsPerByte],
  analyses: [
    { analysis: "equal-bytes", loss: "kldMean", size: "modelBytes", held: "weightBytes" },
    { analysis: "smallest", within: "perplexity", loss: "kldMean", size: "modelBytes", held: "weightBytes" },
    { analysis: "pareto", name: "quality-size", cost: "modelBytes", held: "weightBytes", loss: "kldMean" },
  ],
});
