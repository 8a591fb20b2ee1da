import { blockMetric } from "../block-metric.ts";

/**
 * CPU time of the block's processes (user + system) / wall time, in percent of one core: 200 is two busy
 * cores.
 */
export const cpuPercent = blockMetric({
  name: "cpuPercent",
  label: "CPU",
  unit: "% of one core",
  better: null,
  read: ({ cpu }) => {
    if (cpu === null || !(cpu.wallMs > 0)) return { none: "CPU time was not measured" };
    return ((cpu.userMs + cpu.systemMs) / cpu.wallMs) * 100;
  },
});
