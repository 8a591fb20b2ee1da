import { memory } from "../displays.ts";
import { modelFact, ofFile } from "../model-fact.ts";

/** Bits of weight data a parameter, as the model's file stores it. */
export const bitsPerWeight = modelFact(
  {
    name: "bitsPerWeight",
    unit: "bits",
    better: "lower",
    display: { ...memory, heading: "Bits per weight", noun: "bits per weight", unit: "", scale: 1 },
  },
  ofFile(({ bitsPerWeight }) => bitsPerWeight),
);
