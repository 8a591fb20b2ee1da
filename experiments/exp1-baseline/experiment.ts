import { defineExperiment } from "@quantlab/core";
import { generation } from "@quantlab/scenarios";
import {
  cpuPercent,
  decodeTps,
  loadMs,
  modelBytes,
  modelLoadMs,
  peakMemory,
  prefillTps,
  rssAfterGenerateBytes,
  rssAfterLoadBytes,
  totalMs,
  ttftMs,
  weightBytes,
} from "@quantlab/shared-metrics";
import { transformersCpu } from "@quantlab/transformers-cpu";

const transformers = transformersCpu();

export default defineExperiment({
  id: "exp1",
  question: "What does the unquantized model cost on the CPU in float32, bfloat16 and float16?",
  arms: {
    float32: { model: "sprout:float32", engine: transformers },
    bfloat16: { model: "sprout:bfloat16", engine: transformers },
    float16: { model: "sprout:float16", engine: transformers },
  },
  baseline: "float32",
  workloads: [generation({ prompt: "inflation@1", newTokens: 80 })],
  // Six fresh processes an arm, interleaved: enough for an interval, and drift cancels.
  protocol: { blocks: 6, order: "interleaved", seed: 42 },
  // No text is scored: that is prefill, and in float16 it takes hours on CPUs that cannot compute in it.
  report: [
    decodeTps,
    prefillTps,
    ttftMs,
    totalMs,
    loadMs,
    modelLoadMs,
    rssAfterLoadBytes,
    rssAfterGenerateBytes,
    ...peakMemory,
    weightBytes,
    modelBytes,
    cpuPercent,
  ],
});
