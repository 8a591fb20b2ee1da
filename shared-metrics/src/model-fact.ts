import type { Block, Metric, MetricHandle, ModelFile } from "@quantlab/core";
import { exactEffect } from "./effect.ts";
import { blocksOf, measuredBlocks, type Reading, whyNotMeasured } from "./reading.ts";

const reads = ["generate", "score", "command"] as const;

/** A fact of the model: the same in every block, so exact, with no interval. */
export function modelFact(
  handle: Pick<MetricHandle, "name" | "unit" | "better" | "display">,
  read: (block: Block) => Reading,
): MetricHandle {
  const factOf = (blocks: readonly Block[]): Reading => {
    const measured = measuredBlocks(blocksOf(blocks, reads));
    if (measured.length === 0) return { none: whyNotMeasured(blocks) };
    const readings = measured.map(read);
    const facts = [...new Set(readings.filter((reading) => typeof reading === "number"))];
    if (facts.length > 1) return { none: "the model file changed during the run" };
    return facts[0] ?? readings[0]!;
  };
  return {
    ...handle,
    scenario: "generate",
    reads,
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

/** A fact that the model's file tells. */
export const ofFile =
  (read: (model: ModelFile) => number) =>
  ({ model }: Block): Reading =>
    model ? read(model) : { none: "the engine's model is not a file of this machine" };
