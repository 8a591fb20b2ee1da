import { memory } from "../displays.ts";
import { modelFact, ofFile } from "../model-fact.ts";

/** Size of the model file, or of all files of a model folder. */
export const modelBytes = modelFact(
  {
    name: "modelBytes",
    unit: "bytes",
    better: "lower",
    display: {
      ...memory,
      heading: "Model file",
      noun: "file size",
      more: "larger",
      less: "smaller",
      told: { headline: "memory", as: "has {} the file size" },
    },
  },
  ofFile(({ bytes }) => bytes),
);
