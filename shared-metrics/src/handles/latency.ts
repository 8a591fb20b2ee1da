import { blockMetric } from "../block-metric.ts";
import { generationMedian } from "../generation-reading.ts";

const noToken = { none: "no token was generated" };

/** Time to first token: first token − request, in milliseconds. */
export const ttftMs = blockMetric({
  name: "ttftMs",
  label: "time to first token",
  unit: "ms",
  better: "lower",
  read: (block) =>
    generationMedian(block, ({ startedAtMs, tokenAtMs }) => {
      const first = tokenAtMs[0];
      return first === undefined ? noToken : first - startedAtMs;
    }),
});

/** Last token − request, in milliseconds. An answer that a time budget cut short has none. */
export const totalMs = blockMetric({
  name: "totalMs",
  label: "whole answer",
  unit: "ms",
  better: "lower",
  read: (block) => {
    const { newTokens, plannedTokens } = block.cutTo ?? { newTokens: 0, plannedTokens: 0 };
    if (newTokens < plannedTokens) return { none: `a time budget cut it to ${newTokens} tokens` };
    return generationMedian(block, ({ startedAtMs, tokenAtMs }) => {
      const last = tokenAtMs.at(-1);
      return last === undefined ? noToken : last - startedAtMs;
    });
  },
});
