import { defineExperiment, type ModelArm } from "@quantlab/core";
import { llamacppEngine } from "@quantlab/llamacpp";
import { generation } from "@quantlab/scenarios";
import { copySpeed, decodeTps, modelBytes, peakMemory } from "@quantlab/shared-metrics";

const newTokens = 33;
const prompt = { tokens: 64 };

/** A form of the model whose context is full when the last token comes: that is what a context has to be paid for. */
function filled(type: string, contextSize: number, cache: "f16" | "q8_0" = "f16"): ModelArm {
  return {
    model: `sprout:${type}`,
    engine: llamacppEngine({ contextSize, kvCacheTypes: [cache, cache] }),
    workloads: [generation({ cachedTokens: contextSize - prompt.tokens - newTokens })],
  };
}

export default defineExperiment({
  id: "exp12",
  question: "Can one tell before loading a model how much memory it will take and how fast it will be?",
  arms: {
    "F16-512": filled("F16", 512),
    "Q8_0-512": filled("Q8_0", 512),
    "Q6_K-512": filled("Q6_K", 512),
    "Q4_K_M-512": filled("Q4_K_M", 512),
    "Q4_0-512": filled("Q4_0", 512),
    "F16-2k": filled("F16", 2048),
    "Q8_0-2k": filled("Q8_0", 2048),
    "Q4_K_M-2k": filled("Q4_K_M", 2048),
    "Q8_0-4k": filled("Q8_0", 4096),
    "Q4_K_M-4k": filled("Q4_K_M", 4096),
    "Q8_0-4k-q8": filled("Q8_0", 4096, "q8_0"),
    "Q4_K_M-4k-q8": filled("Q4_K_M", 4096, "q8_0"),
  },
  baseline: "F16-512",
  shown: ["F16-512", "Q8_0-512", "Q4_K_M-512", "F16-2k", "Q4_K_M-2k", "Q4_K_M-4k", "Q4_K_M-4k-q8"],
  workloads: [generation({ prompt, newTokens, generations: 2, withForecast: true })],
  // Memory says the same every time; three processes show how far speed strays.
  protocol: { blocks: 3, order: "interleaved", seed: 42 },
  report: [...peakMemory, decodeTps, modelBytes, copySpeed],
  analyses: [{ analysis: "predictions" }],
});
