import { memoryMetric } from "../memory-metric.ts";

/** Memory of the whole process tree at the end of the load. */
export const rssAfterLoadBytes = memoryMetric(
  "rssAfterLoadBytes",
  { heading: "Memory after load", noun: "memory after load" },
  ({ marks }) => marks.afterLoad,
);
