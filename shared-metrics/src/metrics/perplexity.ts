import { sum } from "d3-array";
import { chunkMetric } from "../chunk-metric.ts";
import { loss } from "../displays.ts";

/**
 * exp(Σ negative log-likelihood / Σ scored tokens) over chunks, as llama-perplexity defines it. Two arms' chunks are
 * pairs, so that a steady difference shows among chunks that differ by far more.
 */
export const perplexity = chunkMetric({
  name: "perplexity",
  unit: "perplexity",
  better: "lower",
  display: {
    ...loss,
    heading: "Perplexity",
    noun: "perplexity",
    unit: "lower is better",
    digits: 4,
    told: { headline: "loss", as: "has {} the perplexity" },
  },
  needs: { perplexity: true },
  statistic: (chunks) => (drawn) =>
    Math.exp(
      sum(drawn, (index) => chunks[index]!.negativeLogLikelihood) /
        sum(drawn, (index) => chunks[index]!.tokens),
    ),
});
