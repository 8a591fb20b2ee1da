import type { Block, Metric, MetricHandle, ModelFile } from "@quantlab/core";
import { measuredBlocks, type Reading, whyNotMeasured } from "../block-metric.ts";
import { exactEffect } from "../effect.ts";

/** A fact of the model: the same in every block, so exact, with no interval and no noise floor. */
function modelFact(
  handle: Pick<MetricHandle, "name" | "label" | "unit" | "better">,
  read: (block: Block) => Reading,
): MetricHandle {
  const factOf = (blocks: readonly Block[]): Reading => {
    const measured = measuredBlocks(blocks);
    if (measured.length === 0) return { none: whyNotMeasured(blocks) };
    const readings = measured.map(read);
    const facts = [...new Set(readings.filter((reading) => typeof reading === "number"))];
    if (facts.length > 1) return { none: "the model file changed during the run" };
    return facts[0] ?? readings[0]!;
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

const ofFile =
  (read: (model: ModelFile) => number) =>
  ({ model }: Block): Reading =>
    model ? read(model) : { none: "the engine's model is not a file of this machine" };

/** Size of the model file, or of all files of a model folder. */
export const modelBytes = modelFact(
  { name: "modelBytes", label: "model file", unit: "bytes", better: "lower" },
  ofFile((model) => model.bytes),
);

/** Bits of weight data a parameter, as the model's file stores it. */
export const bitsPerWeight = modelFact(
  { name: "bitsPerWeight", label: "bits per weight", unit: "bits", better: "lower" },
  ofFile((model) => model.bitsPerWeight),
);

/**
 * Bytes of the weights as the engine says that it holds them, every copy counted: after Transformers has converted or
 * quantized what the file stores, and llama.cpp has repacked parts of what it mapped.
 */
export const weightBytes = modelFact(
  { name: "weightBytes", label: "weights as held", unit: "bytes", better: "lower" },
  ({ engine }) => {
    const sizes = Object.values(engine?.buffers ?? {});
    if (sizes.length === 0) return { none: "this engine does not tell how it holds its weights" };
    return sizes.reduce((sum, bytes) => sum + bytes, 0);
  },
);
