import { armsOf, defineExperiment, type ModelArm } from "@quantlab/core";
import { llamacppEngine } from "@quantlab/llamacpp";
import { generation, scoring } from "@quantlab/scenarios";
import {
  decodeTps,
  kldDepth0,
  kldDepth256,
  kldDepth512,
  kldDepth1024,
  kldDepth2048,
  kldDepth4096,
  kldMean,
  kvCacheBytes,
  peakMemory,
  prefillTps,
  rssAfterLoadBytes,
  topTokenAgreement,
} from "@quantlab/shared-metrics";

const byDepth = [kldDepth0, kldDepth256, kldDepth512, kldDepth1024, kldDepth2048, kldDepth4096];

/** Of keys and of values, as llama.cpp names them. */
const types = {
  f16: ["f16", "f16"],
  q8_0: ["q8_0", "q8_0"],
  "q8_0/q4_0": ["q8_0", "q4_0"],
  q5_1: ["q5_1", "q5_1"],
  q4_0: ["q4_0", "q4_0"],
} as const;
type Type = keyof typeof types;
const names = Object.keys(types) as Type[];

// All arms have the same weights, near to lossless: what differs is the cache. Values that are quantized need flash attention.
const cached = (type: Type): ModelArm => ({
  model: "sprout:Q8_0",
  engine: llamacppEngine({ kvCacheTypes: types[type], flashAttention: "on" }),
});

// Chunks fill the shipped model's whole context. On a CPU reading behind a quantized cache takes time that grows with the square of the
// depth, so that a larger model gets a part of its context.
const scored = scoring({ chunkSize: 1024, chunks: 8, large: { chunkSize: 2048, chunks: 2 } });
const deep = generation({ cachedTokens: 768, large: { cachedTokens: 1280 } });

// llama.cpp reads the variable when it makes a context: it acts in the block's own process alone.
const unrotated = (type: Type): ModelArm => ({
  ...cached(type),
  environment: { LLAMA_ATTN_ROT_DISABLE: "1" },
  workloads: [scored],
  against: type,
});

export default defineExperiment({
  id: "exp14",
  question:
    "What does a quantized KV cache save, and what does it cost in speed and in predictions as the context fills?",
  arms: {
    ...armsOf(names, (type) => ({ ...cached(type), workloads: [scored] })),
    "q8_0 unrotated": unrotated("q8_0"),
    "q4_0 unrotated": unrotated("q4_0"),
    ...armsOf(
      names.map((type) => `${type} deep` as const),
      (name) => ({
        ...cached(name.slice(0, -" deep".length) as Type),
        workloads: [deep],
        against: "f16 deep",
      }),
    ),
  },
  baseline: "f16",
  reference: "f16",
  shown: ["f16", "q8_0", "q8_0/q4_0", "q5_1", "q4_0", "f16 deep", "q8_0 deep", "q4_0 deep"],
  workloads: [generation({ prompt: { tokens: 128 }, newTokens: 33, generations: 2 })],
  protocol: { blocks: 3, order: "interleaved", seed: 42 },
  report: [
    kvCacheBytes,
    rssAfterLoadBytes,
    ...peakMemory,
    prefillTps,
    decodeTps,
    kldMean,
    ...byDepth,
    topTokenAgreement,
  ],
  analyses: [
    { analysis: "divergence-by-depth", name: "divergence-depth", parts: byDepth.map(({ name }) => name) },
    {
      analysis: "speed-by-depth",
      metrics: ["prefillTps", "decodeTps"],
      lines: Object.fromEntries(names.map((type) => [type, [type, `${type} deep`]])),
    },
    { analysis: "own-rivals", loss: "kldMean" },
  ],
});
