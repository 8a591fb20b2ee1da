import { memoryMetric } from "../memory-metric.ts";

/** Memory of the whole process tree at the end of the last generation. */
export const rssAfterGenerateBytes = memoryMetric(
  "rssAfterGenerateBytes",
  { heading: "Memory after generation", noun: "memory after generation" },
  ({ marks }) => marks.afterGenerate,
);
