import type { MetricHandle } from "@quantlab/core";
import type { ScoreSample } from "@quantlab/scenarios";
import { sum } from "d3-array";
import { tokenDivergence } from "./divergence-metric.ts";

/**
 * Mean divergence of the tokens that stand behind `from` to `until` − 1 others of their chunk, in nats. Told of runs whose
 * chunks are as long: whether errors grow with the context is what a mean over a whole chunk hides.
 */
export function depthDivergence(from: number, until: number): MetricHandle {
  const span = `${shown(from)}–${shown(until - 1)}`;
  return {
    ...tokenDivergence({
      name: `kldDepth${from}`,
      heading: `Divergence at depth ${span}`,
      noun: `divergence at depth ${span}`,
      needs: { divergence: true, everyToken: true },
      statistic(chunks, chunkSize) {
        const parts = chunks.map((values) => {
          // The last value is that of the chunk's last token.
          const first = chunkSize - values.length;
          return values.slice(Math.max(0, from - first), Math.max(0, until - first));
        });
        const sums = parts.map((values) => sum(values));
        return (drawn) => sum(drawn, (index) => sums[index]!) / sum(drawn, (index) => parts[index]!.length);
      },
    }),
    depth: [from, until],
    concerns: (blocks) =>
      blocks.some(({ scenario, sample }) => {
        const scores = scenario === "score" ? (sample as ScoreSample | null)?.scores : null;
        return scores ? scores.chunkSize >= until : false;
      }),
  };
}

const shown = (tokens: number) => tokens.toLocaleString("en-US");
