import type { Block, GenerateTrace } from "@quantlab/core";
import type { Reading } from "./block-metric.ts";
import { median } from "./statistics/quantile.ts";

/** The median over a block's timed generations of what `read` finds in each, or why none tells. */
export function generationMedian(block: Block, read: (trace: GenerateTrace) => Reading): Reading {
  const readings = block.generations.map(read);
  const values = readings.filter((reading) => typeof reading === "number");
  if (values.length > 0) return median(values);
  return readings.find((reading) => typeof reading !== "number") ?? { none: "no generation was timed" };
}
