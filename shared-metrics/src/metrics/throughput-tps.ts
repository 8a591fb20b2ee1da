import type { GenerateSample } from "@quantlab/scenarios";
import { blockMetric } from "../block-metric.ts";
import { speed } from "../displays.ts";
import { generationMedian, rate } from "../generation-reading.ts";

/**
 * Prompt and answer together: (prompt tokens + N − 1) / (last token − request), in tokens per second. The first token of
 * the answer comes from the prompt, so N − 1 of them were computed.
 */
export const throughputTps = blockMetric<GenerateSample>({
  name: "throughputTps",
  unit: "tok/s",
  better: "higher",
  display: { ...speed, heading: "Prompt and answer", noun: "speed of prompt and answer together" },
  scenario: "generate",
  read: (sample) =>
    generationMedian(sample, ({ startedAtMs, promptTokens, tokenAtMs }) => {
      const last = tokenAtMs.at(-1);
      return last === undefined
        ? { none: "no token was generated" }
        : rate(promptTokens + tokenAtMs.length - 1, last - startedAtMs);
    }),
});
