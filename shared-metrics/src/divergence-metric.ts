import type { MetricDisplay, MetricHandle } from "@quantlab/core";
import type { ChunkDivergence, ChunkScore } from "@quantlab/scoring";
import { sum } from "d3-array";
import { type ChunkStatistic, chunkMetric } from "./chunk-metric.ts";
import { loss } from "./displays.ts";

// All as llama-perplexity --kl-divergence defines them (kl_divergence in llama.cpp's tools/perplexity/perplexity.cpp),
// but over the full vocabulary and with intervals over chunks instead of standard errors over tokens.

const common = {
  needs: { divergence: true },
  needsReference: true,
  has: (chunk: ChunkScore) => chunk.divergence !== null,
  otherwise: "the text was scored without a reference",
} as const;

interface TokenDivergence
  extends Pick<MetricDisplay, "heading" | "noun" | "told">,
    Pick<MetricHandle, "needs"> {
  readonly name: string;
  readonly kind?: "median" | "exact";
  readonly interval?: false;
  statistic(chunks: readonly (readonly number[])[], chunkSize: number): ChunkStatistic;
}

/** KL(reference ‖ arm) of one token's distribution, in nats, its values pooled over all scored tokens. */
export function tokenDivergence({
  heading,
  noun,
  told,
  statistic,
  ...metric
}: TokenDivergence): MetricHandle {
  return chunkMetric({
    unit: "nats",
    better: "lower",
    display: { ...loss, heading, noun, ...(told && { told }) },
    ...common,
    statistic: (chunks, chunkSize) =>
      statistic(
        chunks.map(({ divergence }) => divergence!.kld),
        chunkSize,
      ),
    ...metric,
  });
}

interface MeanDivergence extends Pick<MetricHandle, "name" | "better" | "display"> {
  total(divergence: ChunkDivergence): number;
  readonly of?: (mean: number) => number;
}

/** A sum over tokens divided by their number, or what `of` makes of it. */
export function meanDivergence({ total, of = (mean) => mean, ...metric }: MeanDivergence): MetricHandle {
  return chunkMetric({
    unit: "fraction",
    ...common,
    statistic: (chunks) => (drawn) =>
      of(
        sum(drawn, (index) => total(chunks[index]!.divergence!)) /
          sum(drawn, (index) => chunks[index]!.tokens),
      ),
    ...metric,
  });
}
