import { memoryMetric } from "../memory-metric.ts";

/** The highest sample of the whole process tree's memory. */
export const peakRssBytes = memoryMetric(
  "peakRssBytes",
  {
    heading: "Peak memory",
    noun: "peak memory",
    chart: "memory",
    told: { headline: "memory", as: "needs {} the memory" },
  },
  ({ peak }) => peak,
);
