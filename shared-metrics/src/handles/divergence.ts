import type { ChunkDivergence, ChunkScore, MetricName } from "@quantlab/core";
import { max, sum } from "d3-array";
import { type ChunkStatistic, chunkMetric } from "../chunk-metric.ts";
import { divergence } from "../observers/divergence.ts";
import { pooledQuantile } from "../statistics/pooled-quantile.ts";

// All as llama-perplexity --kl-divergence defines them (kl_divergence in llama.cpp's tools/perplexity/perplexity.cpp),
// but over the full vocabulary and with intervals over chunks instead of standard errors over tokens.

const common = {
  observers: [divergence],
  has: (chunk: ChunkScore) => chunk.divergence !== null,
  otherwise: "the text was scored without a reference",
} as const;

/** KL(reference ‖ arm) of one token's distribution, in nats, its values pooled over all scored tokens. */
function tokenDivergence(
  name: MetricName,
  label: string,
  statistic: (chunks: readonly (readonly number[])[]) => ChunkStatistic,
  more: { readonly kind?: "median" | "exact"; readonly interval?: false } = {},
) {
  return chunkMetric({
    name,
    label,
    unit: "nats",
    better: "lower",
    ...common,
    statistic: (chunks) => statistic(chunks.map(({ divergence }) => divergence!.kld)),
    ...more,
  });
}

/** Mean over tokens of Σ p_ref (ln p_ref − ln p). */
export const kldMean = tokenDivergence("kldMean", "mean divergence", (chunks) => {
  const sums = chunks.map((values) => sum(values));
  return (drawn) => sum(drawn, (index) => sums[index]!) / sum(drawn, (index) => chunks[index]!.length);
});

export const kldMedian = quantile("kldMedian", "median divergence", 0.5, "median");
export const kldP99 = quantile("kldP99", "divergence, 99%", 0.99, "exact");
export const kldP999 = quantile("kldP999", "divergence, 99.9%", 0.999, "exact");

export const kldMax = tokenDivergence(
  "kldMax",
  "largest divergence",
  (chunks) => (drawn) => max(drawn, (index) => max(chunks[index]!)!)!,
  { kind: "exact", interval: false },
);

/** Share of the tokens for which arm and reference hold the same next token likeliest. */
export const topTokenAgreement = perToken(
  "topTokenAgreement",
  "same top token",
  "higher",
  ({ sameTop }) => sameTop,
  (share) => share,
);

/** √ mean (p − p_ref)² over the tokens that came: how much likelier or unlikelier the text's tokens became. */
export const rmsDeltaP = perToken(
  "rmsDeltaP",
  "RMS Δp",
  "lower",
  ({ squaredDeltaP }) => squaredDeltaP,
  Math.sqrt,
);

function quantile(name: MetricName, label: string, share: number, kind: "median" | "exact") {
  return tokenDivergence(name, label, (chunks) => pooledQuantile(chunks, share), { kind });
}

/** A function of a sum over tokens divided by their number. */
function perToken(
  name: MetricName,
  label: string,
  better: "higher" | "lower",
  total: (divergence: ChunkDivergence) => number,
  of: (mean: number) => number,
) {
  return chunkMetric({
    name,
    label,
    unit: "fraction",
    better,
    ...common,
    statistic: (chunks) => (drawn) =>
      of(
        sum(drawn, (index) => total(chunks[index]!.divergence!)) /
          sum(drawn, (index) => chunks[index]!.tokens),
      ),
  });
}
