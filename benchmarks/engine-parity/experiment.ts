import path from "node:path";
import { buildPeers, shippedPeers } from "@quantlab/benchmark-tools";
import { type Arm, defineExperiment } from "@quantlab/core";
import { llamacppEngine, llamacppSession } from "@quantlab/llamacpp";
import { commandRun, generation } from "@quantlab/scenarios";
import { decodeTps, prefillTps } from "@quantlab/shared-metrics";

const model = "synthetic/qwen2.5-0.5b:Q4_K_M";
const [prompt, decoded, repetitions] = [128, 64, 3];

/** A prompt at depth 0, then a decode behind as many tokens, each by a llama-bench of its own with its own warm-up. */
function bench(folder: string, threads: number): Arm {
  const run = `{${folder}}/llama-bench -m {model} -t ${threads} -ngl 0 -r ${repetitions} -o json`;
  const [prefill, decode] = [`-p ${prompt} -n 0 -d 0`, `-p 0 -n ${decoded} -d ${prompt}`];
  return {
    program: "sh",
    environment: { LD_LIBRARY_PATH: `{${folder}}`, DYLD_LIBRARY_PATH: `{${folder}}` },
    model,
    against: `llama-bench-${threads}t`,
    workloads: [
      commandRun({
        arguments: ["-c", `echo "[$(${run} ${prefill}), $(${run} ${decode})]"`],
        figures: { prefillTps: { pointer: "/0/0/samples_ts" }, decodeTps: { pointer: "/1/0/samples_ts" } },
      }),
    ],
  };
}

// All else is the same default on both sides. llama.cpp rounds its context up to 256 tokens; the weights stay on the CPU,
// for there is nothing to compare threads for elsewhere.
const settings = { contextSize: 256, gpuLayers: 0 };
const against = (threads: number) => ({ model, against: `llama-bench-${threads}t` });
const engine = (threads: number): Arm => ({
  ...against(threads),
  engine: llamacppEngine({ threads, ...settings }),
});
const session = (threads: number): Arm => ({
  ...against(threads),
  engine: llamacppSession({ threads, ...settings }),
});

export default defineExperiment({
  id: "engine-parity",
  ownModel: true,
  question: "Does measuring through the lab cost speed against llama-bench of the same release?",
  arms: {
    "llama-bench-1t": bench("shipped", 1),
    "native-1t": bench("native", 1),
    "engine-1t": engine(1),
    "session-1t": session(1),
    "llama-bench-2t": bench("shipped", 2),
    "native-2t": bench("native", 2),
    "engine-2t": engine(2),
    "session-2t": session(2),
    // As most applications run it. One thread has no other to meet on a core.
    "session-default-pool-2t": { ...session(2), environment: { UV_THREADPOOL_SIZE: "4" } },
    // A thread that wakes gets a free core at once instead of waiting behind its own process.
    "session-real-time-2t": { ...session(2), launcher: ["chrt", "--rr", "1"] },
  },
  baseline: "llama-bench-1t",
  shown: [
    "llama-bench-1t",
    "engine-1t",
    "session-1t",
    "llama-bench-2t",
    "native-2t",
    "engine-2t",
    "session-2t",
    "session-default-pool-2t",
  ],
  // The prompt pass gives the first token, so that as many decode steps as llama-bench's follow it.
  workloads: [generation({ prompt: { tokens: prompt }, newTokens: decoded + 1, generations: repetitions })],
  protocol: { blocks: 6, order: "interleaved", seed: 1 },
  report: [prefillTps, decodeTps],
  async prepare({ signal, say }) {
    const options = { targets: ["llama-bench"], signal, onProgress: say };
    const native = await buildPeers({ ...options, kind: "native" });
    return { shipped: await shippedPeers(options), native: path.dirname(native.binary("llama-bench")) };
  },
});
