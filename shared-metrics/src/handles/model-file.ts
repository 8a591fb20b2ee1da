import type { Block, Metric, MetricHandle, ModelFile } from "@quantlab/core";
import { measuredBlocks, whyNotMeasured } from "../block-metric.ts";
import { exactEffect } from "../effect.ts";

/** A fact of the model file: the same in every block, so exact, with no interval and no noise floor. */
function modelFact(
  handle: Pick<MetricHandle, "name" | "label" | "unit" | "better">,
  read: (model: ModelFile) => number,
): MetricHandle {
  const factOf = (blocks: readonly Block[]): number | { none: string } => {
    const measured = measuredBlocks(blocks);
    if (measured.length === 0) return { none: whyNotMeasured(blocks) };
    const facts = [...new Set(measured.flatMap((block) => (block.model ? [read(block.model)] : [])))];
    if (facts.length > 1) return { none: "the model file changed during the run" };
    return facts[0] ?? { none: "the engine's model is not a file of this machine" };
  };
  return {
    ...handle,
    observers: [],
    summarise(blocks): Metric {
      const value = factOf(blocks);
      if (typeof value !== "number") return { unit: handle.unit, value: null, reason: value.none };
      return { unit: handle.unit, statistic: "exact", value, ci95: null, values: [value] };
    },
    compare(baseline, arm) {
      const [before, after] = [factOf(baseline), factOf(arm)];
      return typeof before === "number" && typeof after === "number" ? exactEffect(before, after) : null;
    },
  };
}

/** Size of the model file, or of all files of a model folder. */
export const modelBytes = modelFact(
  { name: "modelBytes", label: "model file", unit: "bytes", better: "lower" },
  (model) => model.bytes,
);

/** Bits of weight data a parameter, as the model's file stores it. */
export const bitsPerWeight = modelFact(
  { name: "bitsPerWeight", label: "bits per weight", unit: "bits", better: "lower" },
  (model) => model.bitsPerWeight,
);
