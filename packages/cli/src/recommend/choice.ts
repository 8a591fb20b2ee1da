import type { Estimate } from "./estimates.ts";
import type { Task } from "./tasks.ts";

/** Why a model in a type is not recommended. */
export type Verdict =
  | { readonly fits: true }
  | { readonly fits: false; readonly because: "memory" | "speed" | "quality" };

/** By the ends of the intervals that are worse: what is promised is to hold. */
export function verdictOn(estimate: Estimate, usableBytes: number, task: Task): Verdict {
  const { memory, speed, loss } = estimate;
  if ((memory.interval?.[1] ?? memory.value) > usableBytes) return { fits: false, because: "memory" };
  if (loss === null || loss.high - 1 > task.mostLoss) return { fits: false, because: "quality" };
  if (speed.value !== null && (speed.interval?.[0] ?? speed.value) < task.slowest)
    return { fits: false, because: "speed" };
  return { fits: true };
}

/**
 * The best that fits: of each model the type that loses least and fits, and of those the model with the most parameters, since
 * what models know of each other's tasks is nothing that this lab has measured. Largest model first; empty where nothing fits.
 */
export function choose(estimates: readonly Estimate[], usableBytes: number, task: Task): Estimate[] {
  const fitting = estimates.filter((estimate) => verdictOn(estimate, usableBytes, task).fits);
  return [...Map.groupBy(fitting, ({ entry }) => entry.id).values()]
    .map(leastLoss)
    .toSorted((a, b) => (b.entry.parameters ?? 0) - (a.entry.parameters ?? 0));
}

function leastLoss(estimates: readonly Estimate[]): Estimate {
  return estimates.reduce((best, each) => (each.loss!.high < best.loss!.high ? each : best));
}
