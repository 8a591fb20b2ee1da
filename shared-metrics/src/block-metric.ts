import type { Block, Metric, MetricHandle } from "@quantlab/core";
import { blockEffect } from "./effect.ts";
import { blocksOf, figureOf, measuredBlocks, type Reading, whyNotMeasured } from "./reading.ts";
import { medianInterval } from "./statistics/bootstrap.ts";
import { median } from "./statistics/quantile.ts";

interface BlockMetric<Sample>
  extends Omit<MetricHandle, "summarise" | "compare" | "needs" | "needsReference"> {
  readonly read: (sample: Sample, block: Block) => Reading;
  /** Of a program's block; the figure of the metric's name unless said. */
  readonly readProgram?: (block: Block) => Reading;
  /**
   * The exact unit of these blocks where it is more than `unit`; { none } when their values cannot be put
   * together.
   */
  readonly unitOf?: (blocks: readonly Block[]) => string | { readonly none: string };
}

/**
 * A metric whose sample is the block: one value a block, their median with its bootstrap interval, arms
 * paired by block index, which is the round of the run. Generations of one process resemble each other too
 * much to count as samples of their own.
 */
export function blockMetric<Sample>(metric: BlockMetric<Sample>): MetricHandle {
  const { read, readProgram = (block) => figureOf(block, metric.name), unitOf, ...handle } = metric;
  const own = (blocks: readonly Block[]) => blocksOf<Sample>(blocks, metric.reads ?? [metric.scenario]);
  const reading = (block: Block<Sample>) =>
    block.scenario === "command" && metric.scenario !== "command"
      ? readProgram(block)
      : read(block.sample!, block);
  const readings = (blocks: readonly Block[]) =>
    new Map(
      measuredBlocks(own(blocks)).flatMap((block) => {
        const value = reading(block as Block<Sample>);
        return typeof value === "number" ? [[block.index, value] as const] : [];
      }),
    );
  return {
    ...handle,
    summarise(blocks) {
      const none = (reason: string): Metric => ({ unit: handle.unit, value: null, reason });
      const measured = measuredBlocks(own(blocks));
      if (measured.length === 0) return none(whyNotMeasured(blocks));
      const unit = unitOf?.(measured) ?? handle.unit;
      if (typeof unit !== "string") return none(unit.none);
      const found = measured.map((block) => reading(block as Block<Sample>));
      const values = found.filter((value) => typeof value === "number");
      if (values.length === 0) return none(found.find((value) => typeof value !== "number")!.none);
      return { unit, statistic: "median", value: median(values), ci95: medianInterval(values), values };
    },
    compare(baseline, arm, others = []) {
      const measured = (arms: readonly (readonly Block[])[]) =>
        arms.flatMap((blocks) => measuredBlocks(own(blocks)));
      const alike = (arms: readonly (readonly Block[])[]) =>
        unitOf === undefined || typeof unitOf(measured(arms)) === "string";
      if (!alike([baseline, arm])) return null;
      const comparable = others.filter((other) => alike([baseline, arm, other]));
      return blockEffect(readings(baseline), readings(arm), comparable.map(readings));
    },
  };
}
