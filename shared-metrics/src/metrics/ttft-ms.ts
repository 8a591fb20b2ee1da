import type { GenerateSample } from "@quantlab/scenarios";
import { blockMetric } from "../block-metric.ts";
import { time } from "../displays.ts";
import { generationMedian } from "../generation-reading.ts";

/** Time to first token: first token − request, in milliseconds. */
export const ttftMs = blockMetric<GenerateSample>({
  name: "ttftMs",
  unit: "ms",
  better: "lower",
  display: {
    ...time,
    heading: "Time to first token",
    noun: "time to first token",
    told: { headline: "speed", as: "takes {} the time to the first token" },
  },
  scenario: "generate",
  reads: ["generate", "command"],
  read: (sample) =>
    generationMedian(sample, ({ startedAtMs, tokenAtMs: [first] }) =>
      first === undefined ? { none: "no token was generated" } : first - startedAtMs,
    ),
});
