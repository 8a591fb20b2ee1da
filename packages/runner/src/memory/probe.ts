import type { BlockMemory } from "@quantlab/core";

/** What this platform tells of processes. */
export interface ProcessProbe {
  readonly metric: BlockMemory["metric"];
  /** Null once the process has ended and its parent has waited for it. */
  look(pid: number): ProcessState | null;
  /** Processes that `pid` started and that still run. */
  children(pid: number): number[];
}

/** A process at one moment. */
export interface ProcessState {
  /** In memory; 0 once it has ended. */
  readonly bytes: number;
  /** The most that it had in memory so far, as the system counts it. */
  readonly peakBytes: number;
  /** CPU time in milliseconds since it started. */
  readonly cpuMs: number;
  /** The same of all that it started and that has ended, once it has waited for them. */
  readonly endedChildrenCpuMs: number;
  /** By a signal or a debugger: it does not run until another lets it go on. */
  readonly stopped: boolean;
}
