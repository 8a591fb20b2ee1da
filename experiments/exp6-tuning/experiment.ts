import { type Arm, defaultThreads, defineExperiment, detectHost } from "@quantlab/core";
import { type LlamacppEngineOptions, llamacppEngine } from "@quantlab/llamacpp";
import { generation } from "@quantlab/scenarios";
import { cpuPercent, decodeTps, loadMs, peakMemory, prefillTps, ttftMs } from "@quantlab/shared-metrics";

const set = (options: LlamacppEngineOptions, model = "sprout:Q4_K_M") => ({
  model,
  engine: llamacppEngine(options),
});

const host = detectHost();
const usual = defaultThreads(host);

/** Only where they are others than one thread, or one a performance core. */
const moreThreads: Record<string, Arm> = {
  ...(usual > 2 && { "one thread fewer": set({ threads: usual - 1 }) }),
  ...(host.cores > usual && { "every core": set({ threads: host.cores }) }),
};

const beside = [generation({ neighbours: 1 })];

export default defineExperiment({
  id: "exp6",
  question: "Which of llama.cpp's settings make a model faster on this machine, and which cost?",
  arms: {
    default: set({}),
    "1 thread": set({ threads: 1 }),
    ...moreThreads,
    "batch 128": set({ batchSize: 128 }),
    "micro-batch 128": set({ microBatchSize: 128 }),
    "flash attention off": set({ flashAttention: "off" }),
    "KV cache q8_0": set({ kvCacheTypes: ["q8_0", "q8_0"], flashAttention: "on" }),
    "file read, not mapped": set({ mmap: false }),
    "tokens drawn": {
      ...set({}),
      workloads: [generation({ sampling: { temperature: 0.8, topK: 40, topP: 0.95, seed: 42 } })],
    },
    "native library": set({ library: "native" }),
    F16: set({}, "sprout:F16"),
    "F16, native library": { ...set({ library: "native" }, "sprout:F16"), against: "F16" },
    "busy neighbour": { ...set({}), workloads: beside },
    "busy neighbour, 1 thread": { ...set({ threads: 1 }), workloads: beside, against: "busy neighbour" },
  },
  baseline: "default",
  shown: [
    "default",
    "1 thread",
    "micro-batch 128",
    "flash attention off",
    "KV cache q8_0",
    "native library",
    "busy neighbour",
    "busy neighbour, 1 thread",
  ],
  workloads: [generation({ prompt: { tokens: 384 }, newTokens: 48, generations: 2 })],
  protocol: { blocks: 5, order: "interleaved", seed: 42 },
  report: [decodeTps, prefillTps, ttftMs, loadMs, ...peakMemory, cpuPercent],
});
