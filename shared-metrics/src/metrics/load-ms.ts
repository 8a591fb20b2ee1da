import { blockMetric } from "../block-metric.ts";
import { time } from "../displays.ts";

/** Milliseconds to load the model, file already in the page cache: every block but the run's first of its file. */
export const loadMs = blockMetric<{ readonly loadMs: number }>({
  name: "loadMs",
  unit: "ms",
  better: "lower",
  display: {
    ...time,
    heading: "Load",
    noun: "load time",
    leads: true,
    chart: "load",
    told: { headline: "speed", as: "takes {} the time to load" },
  },
  scenario: "generate",
  reads: ["generate", "score", "command"],
  read({ loadMs }, { coldStart, scenario, model }) {
    if (scenario === "generate" && model === null)
      return { none: "a server holds the model, and had loaded it" };
    return coldStart ? { none: "only the cold first block was measured" } : loadMs;
  },
});
