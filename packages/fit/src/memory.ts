import { forecastHostBytes } from "@quantlab/core";
import { median } from "d3-array";
import type { Learner } from "./model.ts";

/**
 * The machine's memory at its peak, in bytes: what llama.cpp's simulation tells, plus what the process takes for itself, which
 * is learnt as the median of what measured peaks had above it. On the CPU alone; a device's memory is not learnt here.
 */
export const memory: Learner = {
  measured: ({ memoryBytes }) => memoryBytes,
  fit(observations) {
    const base = median(
      observations.map(({ memoryBytes, forecast }) => memoryBytes! - forecastHostBytes(forecast)),
    );
    return {
      predict: ({ forecast }) =>
        base === undefined
          ? { none: "nothing was measured to learn from" }
          : base + forecastHostBytes(forecast),
    };
  },
};
