import { createInterface } from "node:readline/promises";
import { monotonicMs, type Plan, type PlannedArm, UsageError } from "@quantlab/core";
import { type RunEvent, runArms, runDisplay } from "@quantlab/runner";
import { ProgressLine } from "@quantlab/terminal";
import { mostTokens } from "./combinations.ts";
import type { Bench } from "./plan.ts";

/** About a quarter of an hour of small models. */
const mostUnasked = 200;

/**
 * Of a bench that may take long, measures one block to tell how long, and asks on a terminal; elsewhere, or where the
 * answer is no, throws a UsageError.
 */
export async function requireConsent({ arms, plan }: Bench, signal: AbortSignal): Promise<void> {
  const available = arms.filter(({ planned }) => planned.unavailable === undefined);
  const blocks = available.length * plan.protocol.blocks;
  if (blocks <= mostUnasked) return;
  const tokens = ({ combination: { test } }: Bench["arms"][number]) =>
    test.depth + (mostTokens(test.prompt) ?? 0) + test.generated;
  const largest = available.reduce((most, arm) => (tokens(arm) > tokens(most) ? arm : most));
  const tookMs = await blockMs(plan, largest.planned, signal);
  const about =
    `${available.length} combinations × ${plan.protocol.blocks} processes: ${largest.planned.name}, the one with the ` +
    `most tokens, took ${duration(tookMs)}, so all may take up to ${duration(tookMs * blocks)}`;
  const remedy = "give fewer values or fewer --blocks, or --yes to go on";
  if (!process.stdin.isTTY || !process.stderr.isTTY) throw new UsageError(about, remedy);
  if (!(await agreed(`${about}. Go on? [y/N] `, signal))) throw new UsageError("not measured", remedy);
}

async function blockMs(plan: Plan, arm: PlannedArm, signal: AbortSignal): Promise<number> {
  const { against: _, ...alone } = arm;
  const protocol = { ...plan.protocol, blocks: 1 };
  using progress = new ProgressLine();
  const show = runDisplay(progress);
  let startMs = monotonicMs();
  const onEvent = (event: RunEvent) => {
    // What is made ready once is no part of what a block takes.
    if (event.type === "block-started") startMs = monotonicMs();
    if (event.type !== "block-ended") show(event);
  };
  await runArms({ ...plan, arms: [alone], baseline: arm.name, protocol, waits: false }, { signal, onEvent });
  return monotonicMs() - startMs;
}

async function agreed(question: string, signal: AbortSignal): Promise<boolean> {
  const terminal = createInterface({ input: process.stdin, output: process.stderr });
  try {
    return /^y(es)?$/i.test((await terminal.question(question, { signal })).trim());
  } finally {
    terminal.close();
  }
}

/** "40 s", "12 min", "1.8 h", "3.0 days". */
export function duration(milliseconds: number): string {
  const seconds = milliseconds / 1000;
  if (seconds < 90) return `${seconds < 10 ? seconds.toFixed(1) : Math.round(seconds)} s`;
  if (seconds < 90 * 60) return `${Math.round(seconds / 60)} min`;
  return seconds < 48 * 3600 ? `${(seconds / 3600).toFixed(1)} h` : `${(seconds / 86_400).toFixed(1)} days`;
}
