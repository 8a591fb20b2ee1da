import { blockMetric } from "../block-metric.ts";
import { time } from "../displays.ts";

/**
 * The part of `loadMs` that the model takes. An engine in a process of its own first starts that and imports its
 * libraries, which an application does once; the others have nothing to start.
 */
export const modelLoadMs = blockMetric<{ readonly loadMs: number }>({
  name: "modelLoadMs",
  unit: "ms",
  better: "lower",
  display: { ...time, heading: "Load, the model alone", noun: "load time of the model alone" },
  scenario: "generate",
  reads: ["generate", "score"],
  read: ({ loadMs }, { coldStart, engine }) =>
    coldStart ? { none: "only the cold first block was measured" } : (engine?.startup?.modelMs ?? loadMs),
});
