import type { Block, BlockMemory, MetricDisplay, MetricHandle } from "@quantlab/core";
import { blockMetric } from "./block-metric.ts";
import { memory } from "./displays.ts";
import type { Reading } from "./reading.ts";

const shown = { rss: "RSS", pss: "PSS", phys_footprint: "phys_footprint" } as const;

/** A metric of the memory that was sampled from outside, a program's as a generation's. */
export function memoryMetric(
  name: string,
  display: Pick<MetricDisplay, "heading" | "noun"> & Partial<MetricDisplay>,
  read: (memory: BlockMemory, block: Block) => number | undefined,
  concerns?: MetricHandle["concerns"],
): MetricHandle {
  const readBlock = (block: Block): Reading =>
    (block.memory && read(block.memory, block)) ?? { none: "memory was not sampled" };
  return blockMetric({
    name,
    unit: "bytes",
    better: "lower",
    display: { ...memory, ...display },
    scenario: "generate",
    reads: ["generate", "command", "serve"],
    ...(concerns && { concerns }),
    read: (_, block) => readBlock(block),
    readProgram: readBlock,
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
