import { readFileSync } from "node:fs";
import os from "node:os";
import { monotonicMs } from "@quantlab/core";

/** CPU time of the whole host and of this process at one moment. */
export interface CpuReading {
  readonly atMs: number;
  readonly busyMs: number;
  readonly ownMs: number;
  /** What a hypervisor gave to other machines while this one had work; null where that is not told. */
  readonly stolenMs: number | null;
}

export function readCpu(): CpuReading {
  const busyMs = os
    .cpus()
    .reduce((sum, { times }) => sum + times.user + times.nice + times.sys + times.irq, 0);
  const { user, system } = process.cpuUsage();
  return { atMs: monotonicMs(), busyMs, ownMs: (user + system) / 1000, stolenMs: readStolen() };
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

/** Percent of the CPU time that the host asked for between two readings and did not get: stolen / (stolen + busy). */
export function stolenPercent(before: CpuReading, after: CpuReading): number | null {
  if (before.stolenMs === null || after.stolenMs === null) return null;
  const stolenMs = after.stolenMs - before.stolenMs;
  const askedMs = stolenMs + after.busyMs - before.busyMs;
  return askedMs > 0 ? Math.max(0, (100 * stolenMs) / askedMs) : 0;
}

/** From the first line of /proc/stat, in ticks of 10 ms: user, nice, system, idle, iowait, irq, softirq, steal. */
export function linuxStolen(stat: string): number | null {
  const ticks = /^cpu +(?:\d+ ){7}(\d+)/.exec(stat)?.[1];
  return ticks === undefined ? null : Number(ticks) * 10;
}

function readStolen(): number | null {
  try {
    return linuxStolen(readFileSync("/proc/stat", "utf8"));
  } catch {
    return null;
  }
}
