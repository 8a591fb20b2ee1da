import os from "node:os";
import { ControlGroups } from "./control-groups.ts";

/** Cores, each hyperthread counted as one, that this process may keep busy: those that it may run on, and no more than a container's quota has whole. */
export function usableCores(): number {
  const { cpuQuota } = new ControlGroups();
  return Math.min(os.availableParallelism(), Math.max(1, Math.floor(cpuQuota ?? Number.POSITIVE_INFINITY)));
}

/** Bytes that can be had without swapping: caches that the system gives back count, and a container's limit holds. */
export function freeMemory(): number {
  // On Linux this is MemAvailable; Node's other figure takes a container's page cache for used there.
  const ofMachine = process.platform === "linux" ? os.freemem() : process.availableMemory();
  return Math.min(ofMachine, new ControlGroups().freeMemory ?? Number.POSITIVE_INFINITY);
}
