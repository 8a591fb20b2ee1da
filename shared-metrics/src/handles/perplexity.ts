import type { Block, ChunkScore, MetricHandle } from "@quantlab/core";
import { sum } from "d3-array";
import { sameChunks } from "../chunk-metric.ts";
import { claimed } from "../effect.ts";
import { textScores } from "../observers/text-scores.ts";
import { observed } from "../quality.ts";
import { bootstrapInterval, type Interval } from "../statistics/bootstrap.ts";

/**
 * exp(Σ negative log-likelihood / Σ scored tokens) over chunks, as llama-perplexity defines it. Its
 * interval is bootstrapped over chunks: the tokens of one chunk are not independent.
 */
export function perplexityOf(chunks: readonly ChunkScore[]): number {
  return Math.exp(sum(chunks, (chunk) => chunk.negativeLogLikelihood) / sum(chunks, (chunk) => chunk.tokens));
}

/**
 * Perplexity of the test text. Comparisons pair chunks; scoring is deterministic, so their noise floor is
 * 0.
 */
export const perplexity: MetricHandle = {
  name: "perplexity",
  label: "perplexity",
  unit: "perplexity",
  better: "lower",
  observers: [textScores],
  summarise(blocks) {
    const scores = scoresOf(blocks);
    if ("none" in scores) return { unit: this.unit, value: null, reason: scores.none };
    const { chunks } = scores.found;
    const resampled = (drawn: readonly number[]) => perplexityOf(drawn.map((index) => chunks[index]!));
    return {
      unit: this.unit,
      statistic: "mean",
      value: perplexityOf(chunks),
      ci95: bootstrapInterval(chunks.length, resampled),
      values: chunks.map((chunk) => perplexityOf([chunk])),
    };
  },
  compare(baseline, arm) {
    const difference = likelihoodDifference(baseline, arm);
    if (difference === null || difference.ci95 === null) return null;
    const [low, high] = difference.ci95;
    return claimed(Math.exp(difference.mean), [Math.exp(low), Math.exp(high)], 0);
  },
};

/**
 * Negative log-likelihood a token, arm − baseline, in nats: token-weighted mean over chunk pairs with its
 * chunk bootstrap. exp of it is the ratio of the perplexities. Null when the arms did not score the same
 * chunks of the same text.
 */
export function likelihoodDifference(
  baseline: readonly Block[],
  arm: readonly Block[],
): { readonly mean: number; readonly ci95: Interval | null } | null {
  const [before, after] = [scoresOf(baseline), scoresOf(arm)];
  if ("none" in before || "none" in after || !sameChunks(before.found, after.found)) return null;
  const pairs = after.found.chunks.map((chunk, index) => ({
    tokens: chunk.tokens,
    difference: chunk.negativeLogLikelihood - before.found.chunks[index]!.negativeLogLikelihood,
  }));
  const meanOver = (drawn: readonly number[]) =>
    sum(drawn, (index) => pairs[index]!.difference) / sum(drawn, (index) => pairs[index]!.tokens);
  return { mean: meanOver([...pairs.keys()]), ci95: bootstrapInterval(pairs.length, meanOver) };
}

function scoresOf(blocks: readonly Block[]) {
  return observed(blocks, (block) => (block.scores?.chunks.length ? block.scores : null));
}
