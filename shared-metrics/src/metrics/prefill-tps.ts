import type { GenerateSample } from "@quantlab/scenarios";
import { blockMetric } from "../block-metric.ts";
import { speed } from "../displays.ts";
import { generationMedian, rate } from "../generation-reading.ts";

/** Prompt tokens / time of the prompt pass, in tokens per second. */
export const prefillTps = blockMetric<GenerateSample>({
  name: "prefillTps",
  unit: "tok/s",
  better: "higher",
  display: {
    ...speed,
    heading: "Prefill",
    noun: "prefill speed",
    chart: "prefill",
    told: { headline: "prompt", as: "reads the prompt {} as fast" },
  },
  scenario: "generate",
  reads: ["generate", "command"],
  read: (sample) =>
    generationMedian(sample, ({ startedAtMs, promptDoneAtMs, promptTokens }) =>
      promptDoneAtMs === null
        ? { none: "the engine does not tell when the prompt pass ends" }
        : rate(promptTokens, promptDoneAtMs - startedAtMs),
    ),
});
