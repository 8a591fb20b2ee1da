import { defaultThreads, QuantlabError } from "@quantlab/core";
import { choose } from "./choice.ts";
import type { Estimate } from "./estimates.ts";
import type { Evidence } from "./evidence.ts";
import { gridOf } from "./grid.ts";
import type { Machine } from "./machine.ts";
import type { Task } from "./tasks.ts";

export interface Recommendation {
  readonly machine: Machine;
  readonly task: Task;
  readonly context: number;
  readonly best: Estimate;
  /** What else fits, largest first. */
  readonly others: readonly Estimate[];
  readonly evidence: Evidence;
  /** "2 threads, all layers on the GPU". */
  readonly settings: string;
  readonly commands: readonly string[];
  /** What others advise for a machine of this size or the next smaller one, and why ours is another where it is. */
  readonly guidance: { readonly source: string; readonly lines: readonly string[] };
}

const mostOthers = 4;

/**
 * What to run out of everything that was estimated. Throws a QuantlabError with both figures where nothing fits the machine, and
 * says what is short where something does but not for the task.
 */
export function recommendationOf(
  estimates: readonly Estimate[],
  given: Pick<Recommendation, "machine" | "task" | "context" | "evidence" | "guidance">,
): Recommendation {
  const { machine, task, context } = given;
  const [best, ...others] = choose(estimates, machine, task);
  if (!best) throw nothingFits(estimates, machine.usableBytes, task, context);
  return {
    ...given,
    best,
    others: others.slice(0, mostOthers),
    settings: settingsOf(best),
    commands: commandsFor(best, context),
  };
}

function settingsOf({ gpu }: Estimate): string {
  const layers = gpu ? `, ${gpu.layers} of ${gpu.of} layers on the GPU` : "";
  return `${defaultThreads()} threads, F16 keys and values${layers}`;
}

/** What to type, as it is typed. */
function commandsFor({ entry, type, gpu }: Estimate, context: number): string[] {
  const reference = `${entry.id}:${type}`;
  const layers = gpu ? ` -ngl ${gpu.layers >= gpu.of ? -1 : gpu.layers}` : "";
  const [answer, rest] = [128, context - 129];
  return [
    `pnpm lab models pull ${reference}`,
    `pnpm lab bench -m ${reference} -p 0 -n ${answer} -d ${rest}${layers}`,
    `pnpm lab generate -m ${reference} -c ${context} -p "…"${layers}`,
  ];
}

const gib = (bytes: number) => `${(bytes / 2 ** 30).toFixed(2)} GiB`;

function nothingFits(
  estimates: readonly Estimate[],
  usableBytes: number,
  task: Task,
  context: number,
): QuantlabError {
  const smallest = estimates.reduce<Estimate | null>(
    (least, each) => (least === null || each.memory.value < least.memory.value ? each : least),
    null,
  );
  if (smallest === null)
    return new QuantlabError("NO_HEADER", "nothing is known of the files of these models", {
      remedy: "check the way to the hub, or name other models with -m",
    });
  const name = `${smallest.entry.id}:${smallest.type}`;
  const needed = smallest.memory.interval?.[1] ?? smallest.memory.value;
  if (needed > usableBytes)
    return new QuantlabError(
      "NOT_ENOUGH_MEMORY",
      `the smallest, ${name} with a context of ${context} tokens, needs about ${gib(needed)}, predicted, and ${gib(usableBytes)} are left for a model`,
      { remedy: "give a smaller -c, or a machine with more --ram" },
    );
  const losses = `${task.mostLoss * 100}% perplexity for ${task.name}`;
  return new QuantlabError(
    "NOTHING_RECOMMENDED",
    `what fits into ${gib(usableBytes)} is too slow (below ${task.slowest} tok/s) or loses more than ${losses}`,
    { remedy: "give another --task or a smaller -c, or see all with --table" },
  );
}

/** The published advice for a machine of this size, a line a model, and where ours disagrees why; from estimates of the guided models. */
export function guidanceLines(estimates: readonly Estimate[], ramBytes: number): string[] {
  const ramGB = ramBytes / 2 ** 30;
  return gridOf(estimates).flatMap(({ model, cells }) => {
    // A machine of 15.6 GiB is one of 16 GB.
    const cell = cells.findLast((each) => each.ramGB <= ramGB * 1.1);
    if (!cell || cell.published === null) return [];
    const own = cell.best ? cell.best.type : "nothing";
    const why = cell.disagreement ? `; ours is ${own}: ${cell.disagreement}` : `; ours is ${own}`;
    return [`${model} at ${cell.ramGB} GB: ${cell.published}${why}`];
  });
}
