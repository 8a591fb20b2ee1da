import type { BlockMemory } from "@quantlab/core";

/** What this platform tells of a process. */
export interface ProcessProbe {
  readonly metric: BlockMemory["metric"];
  /** Bytes in memory; null once the process has ended. */
  bytes(pid: number): number | null;
  /** CPU time in milliseconds since the process started; null where that is not told or the process has ended. */
  cpuMs(pid: number): number | null;
  /** The same of all that it started and that has ended, once it has waited for them. */
  endedChildrenCpuMs(pid: number): number | null;
  /** Processes that `pid` started and that still run. */
  children(pid: number): number[];
}
