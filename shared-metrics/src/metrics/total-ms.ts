import type { GenerateSample } from "@quantlab/scenarios";
import { blockMetric } from "../block-metric.ts";
import { time } from "../displays.ts";
import { generationMedian } from "../generation-reading.ts";

/** Last token − request, in milliseconds. An answer that a time budget cut short has none. */
export const totalMs = blockMetric<GenerateSample>({
  name: "totalMs",
  unit: "ms",
  better: "lower",
  display: {
    ...time,
    heading: "Whole answer",
    noun: "time of the whole answer",
    leads: true,
    chart: "answer",
    told: { headline: "speed", as: "takes {} the time for the whole answer" },
  },
  scenario: "generate",
  reads: ["generate", "command"],
  read: (sample) => {
    const { newTokens, plannedTokens } = sample.cutTo ?? { newTokens: 0, plannedTokens: 0 };
    if (newTokens < plannedTokens) return { none: `a time budget cut it to ${newTokens} tokens` };
    return generationMedian(sample, ({ startedAtMs, tokenAtMs }) => {
      const last = tokenAtMs.at(-1);
      return last === undefined ? { none: "no token was generated" } : last - startedAtMs;
    });
  },
});
