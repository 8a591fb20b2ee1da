import type { ServeSample } from "@quantlab/scenarios";
import { blockMetric } from "../block-metric.ts";
import { share } from "../displays.ts";
import { answers } from "../serve-reading.ts";

/**
 * How evenly clients were served: Jain's index of the speeds at which they got their tokens, (Σx)² / (n Σx²), from 1 for all
 * alike to 1/n where one got everything. R. Jain, D. Chiu, W. Hawe, DEC-TR-301, 1984.
 */
export const fairness = blockMetric<ServeSample>({
  name: "fairness",
  unit: "Jain's index",
  better: "higher",
  display: { ...share, heading: "Fairness", noun: "evenness between clients", kind: "cost" },
  scenario: "serve",
  read: (sample) => {
    const speeds = new Map<number, { tokens: number; milliseconds: number }>();
    for (const { client, newTokens, sentAtMs, pieceAtMs } of answers(sample)) {
      const of = speeds.get(client!) ?? { tokens: 0, milliseconds: 0 };
      of.tokens += newTokens;
      of.milliseconds += (pieceAtMs.at(-1) ?? sentAtMs) - sentAtMs;
      speeds.set(client!, of);
    }
    const each = [...speeds.values()].map(({ tokens, milliseconds }) => tokens / Math.max(1, milliseconds));
    const sum = each.reduce((total, speed) => total + speed, 0);
    const squares = each.reduce((total, speed) => total + speed * speed, 0);
    return squares === 0 ? { none: "no client got a token" } : (sum * sum) / (each.length * squares);
  },
});
