import type { ServeSample } from "@quantlab/scenarios";
import { blockMetric } from "../block-metric.ts";
import { speed } from "../displays.ts";
import { rate } from "../generation-reading.ts";
import { answers } from "../serve-reading.ts";

/** Tokens of all answers together, from the first request to the end of the last answer, a second. */
export const servedTps = blockMetric<ServeSample>({
  name: "servedTps",
  unit: "tok/s",
  better: "higher",
  display: {
    ...speed,
    heading: "Throughput",
    noun: "throughput of all clients together",
    leads: true,
    chart: "throughput",
    told: { headline: "speed", as: "answers {} as many tokens a second", values: true },
  },
  scenario: "serve",
  read: (sample) => {
    const own = answers(sample);
    const end = Math.max(...own.map(({ pieceAtMs, sentAtMs }) => pieceAtMs.at(-1) ?? sentAtMs));
    return rate(
      own.reduce((sum, { newTokens }) => sum + newTokens, 0),
      end - Math.min(...own.map(({ sentAtMs }) => sentAtMs)),
    );
  },
});
