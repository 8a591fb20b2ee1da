import { type MetricHandle, UsageError } from "@quantlab/core";
import { toResult } from "@quantlab/report";
import { runArms, runDisplay } from "@quantlab/runner";
import {
  decodeTps,
  loadMs,
  modelBytes,
  peakMemory,
  prefillTps,
  totalMs,
  ttftMs,
} from "@quantlab/shared-metrics";
import { ProgressLine, printNote } from "@quantlab/terminal";
import { type Bench, planBench } from "../bench/plan.ts";
import { typedSettings } from "../frame/engine-flags.ts";
import type { CompareOptions } from "./options.ts";
import { type Side, sideOf } from "./sides/side.ts";

const report: readonly MetricHandle[] = [
  prefillTps,
  decodeTps,
  ttftMs,
  totalMs,
  loadMs,
  ...peakMemory,
  modelBytes,
];

/** Measures two models now, in the rounds of one run. Throws a UsageError for what an engine cannot do. */
export async function measuredSides(
  models: readonly [string, string],
  options: CompareOptions,
  signal: AbortSignal,
): Promise<readonly [Side, Side]> {
  const { arms, plan, note } = planOf(models, options);
  if (note) printNote(note);
  using progress = new ProgressLine();
  const run = await runArms(plan, { signal, onEvent: runDisplay(progress) });
  const result = toResult(run, { question: plan.question, report });
  const [a, b] = arms.map(({ planned }, index) =>
    sideOf(result, planned.name, { name: models[index]!, source: "measured" }),
  );
  return [a!, b!];
}

/** Both as two arms of a bench, with prompt and answer timed together. */
function planOf(models: readonly [string, string], options: CompareOptions): Bench {
  const { nPrompt = 512, nGen = 128, repetitions = 3, timeout = 20, blocks } = options;
  const single = { ...typedSettings(options), backend: options.backend, nDepth: options.nDepth };
  const lists = Object.entries(single).flatMap(([name, value]) =>
    value === undefined ? [] : [[name, [value]]],
  );
  const bench = planBench({
    ...Object.fromEntries(lists),
    model: models,
    nPrompt: [0],
    nGen: [0],
    promptAndGen: [[nPrompt, nGen]],
    repetitions,
    timeout,
    ...(blocks !== undefined && { blocks }),
  });
  for (const { planned } of bench.arms) {
    if (planned.unavailable === undefined) continue;
    throw new UsageError(
      `${planned.name} cannot be measured: ${planned.unavailable}`,
      "leave that out, or name another engine with --backend",
    );
  }
  const question = "What differs between the two models on this machine?";
  return { ...bench, plan: { ...bench.plan, id: "compare", question } };
}
