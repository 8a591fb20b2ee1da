import { type Arm, armsOf, defaultThreads, defineExperiment } from "@quantlab/core";
import { generation } from "@quantlab/scenarios";
import { decodeTps, loadMs, peakRssBytes, prefillTps, totalMs, ttftMs } from "@quantlab/shared-metrics";
import { equalArms, fewerThreads, slowdowns } from "./src/arms.ts";
import { slowedEngineId } from "./src/slowed-engine.ts";

const model = "smollm2-135m-instruct:Q4_K_M";
const threads = defaultThreads();

/** Equal arms run on the same engine, which then sleeps for no time. */
const slowed = (slowdown: number, ofThreads = threads): Arm => ({
  model,
  engine: { id: slowedEngineId, options: { threads: ofThreads, gpu: false, slowdown } },
});

export default defineExperiment({
  id: "trust",
  ownModel: true,
  question: "How often is right what the lab claims of two arms?",
  arms: {
    ...armsOf(equalArms, () => slowed(0)),
    ...armsOf(Object.keys(slowdowns) as (keyof typeof slowdowns)[], (name) => slowed(slowdowns[name])),
    // Of one thread there is none less.
    ...(threads > 1 && { [fewerThreads]: slowed(0, threads - 1) }),
  } as Record<string, Arm>,
  baseline: "equal-1",
  // As `lab compare` measures unless told otherwise.
  workloads: [generation({ prompt: { tokens: 512 }, newTokens: 129 })],
  // Twice as many as it takes: what more of them would find shows, too.
  protocol: { blocks: 10, order: "interleaved", seed: 1 },
  report: [decodeTps, prefillTps, ttftMs, totalMs, loadMs, peakRssBytes],
});
