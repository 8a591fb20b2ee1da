import { UsageError } from "@quantlab/core";
import type { Task } from "./tasks.ts";

/** The flags of `lab recommend`, as commander hands them over. */
export interface RecommendOptions {
  /** GB of a machine; this one's unless said. */
  readonly ram?: number;
  /** GB of a GPU's own memory; 0 for none. What this machine has unless said. */
  readonly gpu?: number;
  readonly context?: number;
  readonly task: Task;
  /** Ids of the catalogue; all that can be had unless said. */
  readonly model?: readonly string[];
  readonly table?: true;
}

/** Reads "16", "16GB" and "16 GiB" as 16; the sizes in which memory is sold. */
export function gigabytes(flag: string, least: number): (typed: string) => number {
  return (typed) => {
    const value = Number(/^(\d+(?:\.\d+)?)\s*(?:GB|GiB|G)?$/i.exec(typed.trim())?.[1] ?? Number.NaN);
    if (value >= least && value <= 4096) return value;
    throw new UsageError(
      `${flag} "${typed}" is no size of memory in GB from ${least} to 4096`,
      `try ${flag} 16`,
    );
  };
}

/** "none" and "no" are 0. */
export function gpuMemory(typed: string): number {
  return /^(none|no|off)$/i.test(typed.trim()) ? 0 : gigabytes("--gpu", 0)(typed);
}

/** Ids, separated by commas; a flag may be given again. */
export function modelList(typed: string, before: readonly string[] = []): readonly string[] {
  const names = typed.split(",").map((name) => name.trim());
  if (!names.includes("")) return [...before, ...names];
  throw new UsageError(`-m "${typed}" has an empty name`, "write -m qwen2.5-1.5b-instruct,qwen3-4b");
}
