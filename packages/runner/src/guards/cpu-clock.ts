import os from "node:os";
import { monotonicMs } from "@quantlab/core";

/** CPU time of the whole host and of this process at one moment. */
export interface CpuReading {
  readonly atMs: number;
  readonly busyMs: number;
  readonly ownMs: number;
}

export function readCpu(): CpuReading {
  const busyMs = os
    .cpus()
    .reduce((sum, { times }) => sum + times.user + times.nice + times.sys + times.irq, 0);
  const { user, system } = process.cpuUsage();
  return { atMs: monotonicMs(), busyMs, ownMs: (user + system) / 1000 };
}

/**
 * Percent of all cores that others took between two readings: (host − runner − `blockMs`) / (wall × cores). The host
 * counts in ticks of 10 ms, so over half a second this is good to a few percent. Never below 0.
 */
export function foreignPercent(before: CpuReading, after: CpuReading, blockMs: number): number {
  const foreignMs = after.busyMs - before.busyMs - (after.ownMs - before.ownMs) - blockMs;
  const capacityMs = (after.atMs - before.atMs) * os.cpus().length;
  return capacityMs > 0 ? Math.max(0, (100 * foreignMs) / capacityMs) : 0;
}
