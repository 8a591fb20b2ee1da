import { type Block, monotonicMs, type Plan } from "@quantlab/core";
import { scenarioNamed } from "@quantlab/scenarios";
import { runBlock } from "./block.ts";
import type { Tell, TurnPlace } from "./events.ts";
import { openProcessProbe } from "./memory/process-probe.ts";
import { orderTurns, type Turn } from "./order.ts";
import { modelOf } from "./preparation.ts";
import type { SettledWorkload } from "./settlement.ts";
import { type BlockIdentity, unmeasured } from "./unmeasured.ts";

/** An arm that breaks twice in a row will break again. */
const failuresInARow = 2;

export interface MeasurementOptions {
  /** An abort ends every process and throws its reason; nothing is left but what was kept. */
  readonly signal: AbortSignal;
  /** What an earlier start of the same plan measured: it becomes part of the run, and is not measured again. */
  readonly previous?: readonly Block[];
  /** Waited for after each block that was run, before the next one: what is to outlive a run that is killed. */
  readonly keep?: (block: Block) => Promise<void>;
  /** Asked before each further block of an arm: why it needs no more, or null. */
  readonly enough?: (arm: string, blocks: readonly Block[]) => string | null;
}

/** Runs all blocks in the plan's order. Blocks that are left out are there too, with the reason. */
export async function measureBlocks(
  plan: Plan,
  workloads: readonly SettledWorkload[],
  { signal, previous = [], keep, enough }: MeasurementOptions,
  tell: Tell,
): Promise<Block[]> {
  const probe = await openProcessProbe();
  const turns = turnsOf(plan, workloads);
  const blocks: Block[] = [];
  const tookMs = new Map<string, number[]>();
  const seen = new Set<string>();
  for (const [position, turn] of turns.entries()) {
    const { arm, scenario, workload, settled } = turn.subject;
    const model = modelOf(arm);
    const coldStart = model !== null && !seen.has(model.sha256);
    const identity = { arm: arm.name, scenario, index: turn.index, coldStart, model };
    const earlier = arm.ready && previous.find((block) => isSame(block, identity));
    if (earlier) {
      blocks.push(earlier);
      continue;
    }
    const own = blocks.filter((block) => block.arm === arm.name && block.scenario === scenario);
    const spent = tookMs.get(arm.name) ?? [];
    const leave = arm.ready
      ? (reasonToStop(own, spent, plan.armBudgetMs) ?? enough?.(arm.name, own) ?? null)
      : arm.reason;
    if (!arm.ready || leave !== null) {
      const status = arm.ready ? "skipped" : arm.status;
      blocks.push(unmeasured({ ...identity, coldStart: false }, status, leave ?? ""));
      continue;
    }
    const place = placeOf(turn, position, turns);
    tell({ type: "block-started", turn: place, leftMs: timeLeft(turns.slice(position), tookMs) });
    const startMs = monotonicMs();
    // An even part for each block to come: an interval needs several, and repetitions within one add little to it.
    const budgetMs = (plan.armBudgetMs - sum(spent)) / blocksToCome(turns.slice(position), turn);
    const spec = { scenario, subject: arm.ready, workload: { ...workload, ...settled }, budgetMs };
    const block = await runBlock({ identity, spec, silenceMs: plan.silenceMs, probe, signal });
    if (model) seen.add(model.sha256);
    tookMs.set(arm.name, [...spent, monotonicMs() - startMs]);
    blocks.push(block);
    // First: what people have seen is not lost.
    await keep?.(block);
    tell({ type: "block-ended", turn: place, block });
  }
  return blocks;
}

/** What is timed in the protocol's rounds, then what says the same every time, once an arm. */
function turnsOf({ protocol }: Plan, workloads: readonly SettledWorkload[]): Turn<SettledWorkload>[] {
  const { blocks, order, seed } = protocol;
  const means = workloads.filter(
    ({ arm, scenario }) => scenarioNamed(scenario).synthetic || !modelOf(arm)?.synthetic,
  );
  const { timed = [], once = [] } = Object.groupBy(means, ({ scenario }) =>
    scenarioNamed(scenario).once ? "once" : "timed",
  );
  return [...orderTurns(timed, blocks, order, seed), ...orderTurns(once, 1, order, seed)];
}

/** The same turn of the same model file. */
function isSame(block: Block, { arm, scenario, index, model }: BlockIdentity): boolean {
  const measured = block.status === "measured" && block.model?.sha256 === model?.sha256;
  return measured && block.arm === arm && block.scenario === scenario && block.index === index;
}

function placeOf(
  { subject: { arm, scenario }, index }: Turn<SettledWorkload>,
  position: number,
  turns: readonly Turn<SettledWorkload>[],
): TurnPlace {
  const own = turns.filter(({ subject }) => subject.arm === arm && subject.scenario === scenario);
  return {
    arm: arm.name,
    scenario,
    position: position + 1,
    of: turns.length,
    block: index + 1,
    blocks: own.length,
  };
}

const blocksToCome = (turns: readonly Turn<SettledWorkload>[], { subject }: Turn<SettledWorkload>) =>
  turns.filter((turn) => turn.subject.arm === subject.arm).length;

const sum = (values: readonly number[]) => values.reduce((total, value) => total + value, 0);

/** Why an arm gets no further block, or null. */
function reasonToStop(own: readonly Block[], tookMs: readonly number[], armBudgetMs: number): string | null {
  const last = own.filter((block) => block.status !== "skipped").slice(-failuresInARow);
  if (last.length === failuresInARow && last.every((block) => block.status === "failed")) {
    return `not run: it failed ${failuresInARow} times in a row`;
  }
  // What says the same every time costs a block of another kind: only its own could tell how long.
  return own.length > 0 && sum(tookMs) + tookMs.at(-1)! > armBudgetMs
    ? `cut to ${tookMs.length} of the planned blocks: one more would pass ${armBudgetMs / 60_000} minutes`
    : null;
}

/** From what each arm's blocks took so far; null before anything is known. */
function timeLeft(
  turns: readonly Turn<SettledWorkload>[],
  tookMs: ReadonlyMap<string, readonly number[]>,
): number | null {
  const all = [...tookMs.values()].flat();
  if (all.length === 0) return null;
  // Not a figure of the run: an arm that has not run is taken to be as slow as the slowest.
  return sum(turns.map(({ subject }) => tookMs.get(subject.arm.name)?.at(-1) ?? Math.max(...all)));
}
