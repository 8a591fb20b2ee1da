import type { GenerateSample } from "@quantlab/scenarios";
import { blockMetric } from "../block-metric.ts";
import { memory } from "../displays.ts";

/**
 * CPU time of the block's processes (user + system) / wall time, in percent of one core: 200 is two busy
 * cores.
 */
export const cpuPercent = blockMetric<GenerateSample>({
  name: "cpuPercent",
  unit: "% of one core",
  better: null,
  display: { ...memory, heading: "CPU", noun: "CPU time", unit: "% of one core", scale: 1 },
  scenario: "generate",
  read: ({ cpu }) => {
    if (cpu === null || !(cpu.wallMs > 0)) return { none: "CPU time was not measured" };
    return ((cpu.userMs + cpu.systemMs) / cpu.wallMs) * 100;
  },
});
