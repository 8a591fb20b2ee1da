import type { Block, Metric, MetricHandle } from "@quantlab/core";
import { blockEffect } from "./effect.ts";
import { medianInterval } from "./statistics/bootstrap.ts";
import { median } from "./statistics/quantile.ts";

/** A block's value, or in words why it has none. */
export type Reading = number | { readonly none: string };

interface BlockMetric extends Pick<MetricHandle, "name" | "label" | "unit" | "better"> {
  readonly read: (block: Block) => Reading;
  /**
   * The exact unit of these blocks where it is more than `unit`; { none } when their values cannot be put
   * together.
   */
  readonly unitOf?: (blocks: readonly Block[]) => string | { readonly none: string };
}

/**
 * A handle whose sample is the block: one value a block, their median with its bootstrap interval, arms
 * paired by block index. Generations of one process resemble each other too much to count as samples of
 * their own.
 */
export function blockMetric({ read, unitOf, ...handle }: BlockMetric): MetricHandle {
  return {
    ...handle,
    observers: [],
    summarise(blocks) {
      const none = (reason: string): Metric => ({ unit: handle.unit, value: null, reason });
      const measured = measuredBlocks(blocks);
      if (measured.length === 0) return none(whyNotMeasured(blocks));
      const unit = unitOf?.(measured) ?? handle.unit;
      if (typeof unit !== "string") return none(unit.none);
      const readings = measured.map(read);
      const values = readings.filter((reading) => typeof reading === "number");
      const reasons = readings.filter((reading) => typeof reading !== "number");
      if (values.length === 0) return none(reasons[0]!.none);
      return { unit, statistic: "median", value: median(values), ci95: medianInterval(values), values };
    },
    compare(baseline, arm) {
      const both = measuredBlocks([...baseline, ...arm]);
      if (unitOf && both.length > 0 && typeof unitOf(both) !== "string") return null;
      return blockEffect(readings(baseline, read), readings(arm, read));
    },
  };
}

/** The measured blocks in index order. */
export function measuredBlocks(blocks: readonly Block[]): Block[] {
  return blocks.filter((block) => block.status === "measured").sort((a, b) => a.index - b.index);
}

/** Why an arm without measured blocks has none: the first reason that a block gives. */
export function whyNotMeasured(blocks: readonly Block[]): string {
  return blocks.find((block) => block.reason !== null)?.reason ?? "no block was measured";
}

function readings(blocks: readonly Block[], read: (block: Block) => Reading): Map<number, number> {
  const values = new Map<number, number>();
  for (const block of measuredBlocks(blocks)) {
    const reading = read(block);
    if (typeof reading === "number") values.set(block.index, reading);
  }
  return values;
}
