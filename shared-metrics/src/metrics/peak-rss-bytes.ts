import { memoryMetric } from "../memory-metric.ts";

/** The most memory that the whole process tree had. */
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
