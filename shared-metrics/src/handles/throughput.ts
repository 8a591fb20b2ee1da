import type { Block } from "@quantlab/core";
import { blockMetric, type Reading } from "../block-metric.ts";
import { generationMedian } from "../generation-reading.ts";

/** Prompt tokens / time of the prompt pass, in tokens per second. */
export const prefillTps = blockMetric({
  name: "prefillTps",
  label: "prefill",
  unit: "tok/s",
  better: "higher",
  read: (block) =>
    generationMedian(block, ({ startedAtMs, promptDoneAtMs, promptTokens }) => {
      if (promptDoneAtMs === null) return { none: "the engine does not tell when the prompt pass ends" };
      return rate(promptTokens, promptDoneAtMs - startedAtMs);
    }),
});

/** (N − 1) / (t_N − t_1), in tokens per second: the first token belongs to the prompt pass. */
export const decodeTps = blockMetric({
  name: "decodeTps",
  label: "decode",
  unit: "tok/s",
  better: "higher",
  read: readDecodeTps,
});

/** A block's decode speed in tokens per second. */
export function readDecodeTps(block: Block): Reading {
  return generationMedian(block, ({ tokenAtMs }) => {
    const [first, last] = [tokenAtMs[0], tokenAtMs.at(-1)];
    if (first === undefined || last === undefined || tokenAtMs.length < 2) {
      return { none: "decode speed needs at least two tokens" };
    }
    return rate(tokenAtMs.length - 1, last - first);
  });
}

function rate(tokens: number, milliseconds: number): Reading {
  return milliseconds > 0
    ? (tokens / milliseconds) * 1000
    : { none: "the time was too short to be measured" };
}
