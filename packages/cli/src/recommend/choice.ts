import type { Estimate } from "./estimates.ts";
import type { Machine } from "./machine.ts";
import type { Task } from "./tasks.ts";

/**
 * Whether a model in a type fits the machine's memory, is fast enough for the task and loses no more than that allows, by the ends
 * of the intervals that are worse. A machine that was only described may be slower or faster than this one, so that speed rules
 * nothing out there.
 */
export function fits({ memory, speed, loss }: Estimate, { usableBytes, host }: Machine, task: Task): boolean {
  const slowest = speed.value === null ? null : (speed.interval?.[0] ?? speed.value);
  return (
    (memory.interval?.[1] ?? memory.value) <= usableBytes &&
    loss !== null &&
    loss.high - 1 <= task.mostLoss &&
    (host === null || slowest === null || slowest >= task.slowest)
  );
}

/**
 * The best that fits: of each model the type that loses least and fits, and of those the model with the most parameters, since
 * what models know of each other's tasks is nothing that this lab has measured. Largest model first; empty where nothing fits.
 */
export function choose(estimates: readonly Estimate[], machine: Machine, task: Task): Estimate[] {
  const fitting = estimates.filter((estimate) => fits(estimate, machine, task));
  return [...Map.groupBy(fitting, ({ entry }) => entry.id).values()]
    .map(leastLoss)
    .toSorted((a, b) => (b.entry.parameters ?? 0) - (a.entry.parameters ?? 0));
}

function leastLoss(estimates: readonly Estimate[]): Estimate {
  return estimates.reduce((best, each) => (each.loss!.high < best.loss!.high ? each : best));
}
