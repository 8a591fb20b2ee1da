import type { Block, BlockMemory, MetricHandle } from "@quantlab/core";
import { blockMetric } from "../block-metric.ts";

const shown = { rss: "RSS", pss: "PSS", phys_footprint: "phys_footprint" } as const;

function memoryMetric(
  name: MetricHandle["name"],
  label: string,
  read: (memory: BlockMemory) => number,
): MetricHandle {
  return blockMetric({
    name,
    label,
    unit: "bytes",
    better: "lower",
    read: (block) => (block.memory ? read(block.memory) : { none: "memory was not sampled" }),
    unitOf,
  });
}

/** "bytes PSS": two ways to count memory are two quantities. */
function unitOf(blocks: readonly Block[]): string | { none: string } {
  const metrics = [...new Set(blocks.flatMap((block) => block.memory?.metric ?? []))];
  if (metrics.length > 1) {
    const names = metrics.map((metric) => shown[metric]).join(" and ");
    return { none: `the blocks count memory in different ways: ${names}` };
  }
  return metrics[0] ? `bytes ${shown[metrics[0]]}` : "bytes";
}

/** Memory of the whole process tree at the end of the load. */
export const rssAfterLoadBytes = memoryMetric("rssAfterLoadBytes", "memory after load", (m) => m.afterLoad);

/** Memory of the whole process tree at the end of the last generation. */
export const rssAfterGenerateBytes = memoryMetric(
  "rssAfterGenerateBytes",
  "memory after generation",
  (m) => m.afterGenerate,
);

/** The highest sample of the whole process tree's memory. */
export const peakRssBytes = memoryMetric("peakRssBytes", "peak memory", (m) => m.peak);
