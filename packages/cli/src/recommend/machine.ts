import { detectHost, freeMemory, type Host } from "@quantlab/core";
import type { RecommendOptions } from "./options.ts";

/** What there is room on. */
export interface Machine {
  /** Null for a machine that was only described. */
  readonly host: Host | null;
  readonly ramBytes: number;
  /** What is left for a model. */
  readonly usableBytes: number;
  /** Of a GPU's own, where one was described; null leaves that to what this machine has. */
  readonly gpuBytes: number | null;
}

const gigabyte = 2 ** 30;
/** For the system and what else is open. */
const reserve = 2 * gigabyte;
/** Of a small machine the reserve would be all. */
const leastShare = 0.5;

export function machineOf({ ram, gpu }: Pick<RecommendOptions, "ram" | "gpu">): Machine {
  const host = detectHost();
  const ramBytes = ram === undefined ? (host.limits?.memoryBytes ?? host.memoryBytes) : ram * gigabyte;
  return {
    host: ram === undefined ? host : null,
    ramBytes,
    usableBytes: usableOf(ramBytes),
    gpuBytes: gpu === undefined ? null : gpu * gigabyte,
  };
}

/** What of a machine's memory is left for a model. */
export function usableOf(ramBytes: number): number {
  return Math.max(ramBytes - reserve, leastShare * ramBytes);
}

/** Said where less is free at this moment than the recommendation counts on. */
export function scarcity({ host, usableBytes }: Machine): string | null {
  const free = freeMemory();
  if (host === null || free >= usableBytes) return null;
  const gib = (bytes: number) => `${(bytes / gigabyte).toFixed(1)} GiB`;
  return `${gib(free)} are free at this moment of the ${gib(usableBytes)} that this counts on: close other programs before loading`;
}
