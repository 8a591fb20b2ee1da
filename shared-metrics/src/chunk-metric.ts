import type { Block, MetricHandle } from "@quantlab/core";
import type { Scores } from "@quantlab/scenarios";
import type { ChunkScore } from "@quantlab/scoring";
import { claimed, exactEffect } from "./effect.ts";
import { scored } from "./quality.ts";
import { blocksOf, figureOf, measuredBlocks, type Reading } from "./reading.ts";
import { bootstrapInterval } from "./statistics/bootstrap.ts";

/** A statistic over the chunks whose indices were drawn; one may be drawn several times. */
export type ChunkStatistic = (drawn: readonly number[]) => number;

interface ChunkMetric
  extends Pick<MetricHandle, "name" | "unit" | "better" | "display" | "needs" | "needsReference"> {
  /** Whether a chunk carries what the metric is made of; every chunk unless said. */
  readonly has?: (chunk: ChunkScore) => boolean;
  /** Why there is none when the text was scored and the chunks lack it. */
  readonly otherwise?: string;
  /** `chunkSize`: tokens of a chunk, of which the last ones were scored. */
  readonly statistic: (chunks: readonly ChunkScore[], chunkSize: number) => ChunkStatistic;
  /** What the statistic is; the mean over tokens unless said. */
  readonly kind?: "median" | "exact";
  /** False for an extreme: a bootstrap cannot draw a value beyond the largest that was seen. */
  readonly interval?: false;
}

/**
 * A metric whose sample is the chunk of a scored text: its interval is bootstrapped over chunks, for the tokens of
 * one chunk are not independent, and arms are paired by chunk, for scoring is deterministic. What a program prints under its
 * name is taken as it is.
 */
export function chunkMetric(metric: ChunkMetric): MetricHandle {
  const { has = () => true, otherwise, statistic, kind = "mean", interval, ...handle } = metric;
  const scoresOf = (blocks: readonly Block[]) => {
    const lacks = blocks.some(({ sample }) => (sample as { scores?: unknown } | null)?.scores)
      ? otherwise
      : undefined;
    return scored(
      blocks,
      ({ scores }) => (scores?.chunks.length && scores.chunks.every(has) ? scores : null),
      lacks,
    );
  };
  return {
    ...handle,
    scenario: "score",
    reads: ["score", "command"],
    summarise(blocks) {
      const printed = printedBy(blocks, handle.name);
      if (typeof printed === "number") {
        return { unit: handle.unit, statistic: "exact", value: printed, ci95: null, values: [printed] };
      }
      const scores = printed ?? scoresOf(blocks);
      if ("none" in scores) return { unit: handle.unit, value: null, reason: scores.none };
      const { chunks, chunkSize } = scores.found;
      const over = statistic(chunks, chunkSize);
      return {
        unit: handle.unit,
        statistic: kind,
        value: over([...chunks.keys()]),
        ci95: interval === false ? null : bootstrapInterval(chunks.length, over),
        values: chunks.map((_, index) => over([index])),
      };
    },
    compare(baseline, arm) {
      const figures = [baseline, arm].map((blocks) => printedBy(blocks, handle.name));
      const [one, other] = figures;
      if (typeof one === "number" && typeof other === "number") return exactEffect(one, other);
      if (figures.some((figure) => figure !== null)) return null;
      const [before, after] = [scoresOf(baseline), scoresOf(arm)];
      if (interval === false || "none" in before || "none" in after) return null;
      if (!sameChunks(before.found, after.found)) return null;
      const [overBefore, overAfter] = [before.found, after.found].map(({ chunks, chunkSize }) =>
        statistic(chunks, chunkSize),
      ) as [ChunkStatistic, ChunkStatistic];
      const ratioOver = (drawn: readonly number[]) => overAfter(drawn) / overBefore(drawn);
      const ratio = ratioOver([...after.found.chunks.keys()]);
      const ci95 = bootstrapInterval(after.found.chunks.length, ratioOver);
      return ci95 && ratio > 0 && [ratio, ...ci95].every(Number.isFinite) ? claimed(ratio, ci95) : null;
    },
  };
}

/** What the arm's program printed; null where it is no program. */
function printedBy(blocks: readonly Block[], name: string): Extract<Reading, object> | number | null {
  const [first] = measuredBlocks(blocksOf(blocks, ["score", "command"]));
  return first?.scenario === "command" ? figureOf(first, name) : null;
}

/** Whether two arms scored the same chunks of the same text, against the same reference if against any. */
function sameChunks(one: Scores, other: Scores): boolean {
  return (
    one.textSha256 === other.textSha256 &&
    one.chunkSize === other.chunkSize &&
    one.reference === other.reference &&
    one.chunks.length === other.chunks.length &&
    one.chunks.every((chunk, index) => chunk.tokens === other.chunks[index]!.tokens)
  );
}
