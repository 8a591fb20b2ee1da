import { type Block, type ModelFile, monotonicMs } from "@quantlab/core";
import { openProcessProbe } from "./memory/process-probe.ts";
import type { MeasureTask, ReferenceSpec } from "./messages.ts";
import { orderTurns } from "./order.ts";
import type { Plan } from "./plan.ts";
import type { ReadyArm } from "./prepare.ts";
import { formatLeft, type ProgressLine } from "./progress.ts";
import { runBlock } from "./run-block.ts";
import { withoutRun } from "./unmeasured.ts";

/** Of smaller models every block is short; finding out would take part of their warm-up. */
const fewestBytesCut = 128 * 2 ** 20;

/** An arm that breaks twice in a row will break again. */
const failuresInARow = 2;

export interface MeasureOptions {
  readonly plan: Plan;
  readonly modulePath: string;
  readonly arms: readonly ReadyArm[];
  readonly reference: ReferenceSpec | null;
  readonly promptIds: readonly number[];
  readonly promptText: string;
  readonly timeoutMs: number;
  readonly signal: AbortSignal;
  readonly progress: ProgressLine;
}

/** Runs all blocks in the plan's order. Blocks that are left out are there too, with the reason. */
export async function measureBlocks(options: MeasureOptions): Promise<Block[]> {
  const { plan, progress } = options;
  const probe = await openProcessProbe();
  const { blocks: count, seed } = plan.protocol;
  const names = options.arms.map(({ name }) => name);
  const turns = orderTurns(names, count, plan.order, seed);
  const blocks: Block[] = [];
  const tookMs = new Map<string, number[]>();
  const seen = new Set<string>();
  for (const [position, { arm: name, index }] of turns.entries()) {
    const arm = options.arms.find((each) => each.name === name)!;
    const own = blocks.filter((block) => block.arm === name);
    const leave = arm.ready ? reasonToStop(own, tookMs.get(name) ?? [], plan.armBudgetMs) : arm.reason;
    if (!arm.ready || leave !== null) {
      const identity = { arm: name, index, coldStart: false, model: arm.ready ? arm.file : null };
      blocks.push(withoutRun(identity, arm.ready ? "skipped" : arm.status, leave ?? ""));
      continue;
    }
    const left = timeLeft(turns.slice(position), tookMs);
    const state = `[${position + 1}/${turns.length}] ${name}, block ${index + 1} of ${count}`;
    progress.show([state, lastSpeed(blocks), left].filter(Boolean).join(" · "));
    const startMs = monotonicMs();
    const block = await runBlock({
      arm: name,
      index,
      coldStart: !seen.has(arm.file.sha256),
      backend: arm.backend,
      spec: {
        modulePath: options.modulePath,
        arm: name,
        model: arm.file,
        backendOptions: plan.backendOptions,
        task: taskOf(options, index, arm.file, sum(tookMs.get(name) ?? [])),
      },
      timeoutMs: options.timeoutMs,
      probe,
      signal: options.signal,
    });
    seen.add(arm.file.sha256);
    tookMs.set(name, [...(tookMs.get(name) ?? []), monotonicMs() - startMs]);
    blocks.push(block);
    const note = block.reason ?? block.notes?.[0] ?? null;
    progress.block(state, [block.status === "measured" ? lastSpeed(blocks) : block.status, note]);
  }
  return blocks;
}

function taskOf(
  { plan, promptIds, ...options }: MeasureOptions,
  index: number,
  file: ModelFile,
  spentMs: number,
): MeasureTask {
  const { newTokens, warmups, generations } = plan.protocol;
  const { workload } = plan.experiment;
  const { text = "sprout-test@1", tasks = "sprout-tasks@1", chunks, items } = workload;
  const part = { ...(chunks && { chunks }), ...(items && { items }) };
  // Scores and answers do not change from process to process, and those of random weights mean nothing.
  const observed = index === 0 && !file.synthetic;
  const { reference } = options;
  const observe = observed ? { text, tasks, ...part, quick: plan.quick, reference } : null;
  // Nor does how a tokenizer reads the prompt.
  const promptText = index === 0 ? options.promptText : null;
  const budgetMs = file.bytes < fewestBytesCut ? null : plan.armBudgetMs - spentMs;
  return { kind: "measure", promptIds, promptText, newTokens, warmups, generations, budgetMs, observe };
}

const sum = (values: readonly number[]) => values.reduce((total, value) => total + value, 0);

/** Why an arm gets no further block, or null. */
function reasonToStop(own: readonly Block[], tookMs: readonly number[], armBudgetMs: number): string | null {
  const last = own.filter((block) => block.status !== "skipped").slice(-failuresInARow);
  if (last.length === failuresInARow && last.every((block) => block.status === "failed")) {
    return `not run: it failed ${failuresInARow} times in a row`;
  }
  return tookMs.length > 0 && sum(tookMs) + tookMs.at(-1)! > armBudgetMs
    ? `cut to ${tookMs.length} of the planned blocks: one more would pass ${armBudgetMs / 60_000} minutes`
    : null;
}

/** From what each arm's blocks took so far; null before anything is known. */
function timeLeft(
  turns: readonly { readonly arm: string }[],
  tookMs: ReadonlyMap<string, readonly number[]>,
): string | null {
  const all = [...tookMs.values()].flat();
  if (all.length === 0) return null;
  // Not a figure of the run: an arm that has not run is taken to be as slow as the slowest.
  const of = (arm: string) => tookMs.get(arm)?.at(-1) ?? Math.max(...all);
  return formatLeft(turns.reduce((sum, { arm }) => sum + of(arm), 0));
}

/** A hint for who watches: the last generation of the last block. */
function lastSpeed(blocks: readonly Block[]): string | null {
  const times = blocks.at(-1)?.generations.at(-1)?.tokenAtMs;
  if (!times || times.length < 2) return null;
  const perSecond = ((times.length - 1) * 1000) / (times.at(-1)! - times[0]!);
  return `${blocks.at(-1)!.arm} ${perSecond.toFixed(perSecond < 10 ? 1 : 0)} tok/s`;
}
