import {
  type Json,
  type MetricHandle,
  type PlannedArm,
  UnknownOptionError,
  UsageError,
} from "@quantlab/core";
import { parseReference } from "@quantlab/engines";
import { decodeTps, prefillTps, throughputTps } from "@quantlab/shared-metrics";
import { requireForm } from "../backend-option.ts";
import { settingFlags } from "../frame/engine-flags.ts";
import { type Combination, mostTokens } from "./combinations.ts";
import { namesOf } from "./names.ts";
import { settings } from "./settings.ts";

/** A combination as an arm of the run. */
export interface BenchArm {
  readonly combination: Combination;
  readonly planned: PlannedArm;
  /** Its speed in tokens per second, as llama-bench counts it for such a test. */
  readonly speed: MetricHandle;
}

/**
 * An arm for each combination, with the one that it is compared with: the first of the same test at the same depth; that
 * one with the first at any depth. One that its engine cannot do says why.
 */
export function armsOf(
  combinations: readonly Combination[],
  { repetitions, tuned = {} }: { readonly repetitions: number; readonly tuned?: Tuned },
): BenchArm[] {
  const names = namesOf(combinations);
  const arms = combinations.map((combination, index): BenchArm => {
    const { model, engine, test } = combination;
    const options = { ...tuned, ...optionsOf(combination) };
    const unavailable = refusal(combination, options);
    const generate = { ...workloadOf(combination), warmups: 1, generations: repetitions };
    return {
      combination,
      speed: test.generated === 0 ? prefillTps : test.prompt === 0 ? decodeTps : throughputTps,
      planned: {
        name: names[index]!,
        subject: { model, engine: engine.id, options },
        workloads: { generate },
        ...(unavailable !== null && { unavailable }),
      },
    };
  });
  return arms.map((arm) => ({ ...arm, planned: { ...arm.planned, against: rivalOf(arm, arms) } }));
}

/** Options that `lab tune` found, under those that were typed. */
type Tuned = Readonly<Record<string, Json>>;

function optionsOf({ engine, values, test }: Combination): Record<string, Json> {
  const typed = settings.flatMap(({ option }, place) =>
    values[place] === null ? [] : [[option, values[place]!] as const],
  );
  // No larger than the test, as llama-bench's is: the cache is part of the memory.
  const { depth, prompt, generated } = test;
  const read = mostTokens(prompt);
  const size =
    read !== null && "contextSize" in engine.options
      ? { contextSize: Math.max(depth + read, 1) + generated + 1 }
      : {};
  return { ...Object.fromEntries(typed), ...size };
}

/**
 * The first new token comes from the prompt, so each decoded one needs one more. A decode alone starts behind a single
 * token, the last of its depth.
 */
function workloadOf({ engine, test: { prompt, generated, depth } }: Combination) {
  const newTokens = generated + 1;
  if (typeof prompt === "string") return { prompt, ...cached(depth), newTokens };
  if (prompt > 0) return { prompt: { tokens: prompt }, ...cached(depth), newTokens };
  // Where nothing is cached the prompt is the depth: it is read again for each repetition, and not counted.
  return engine.cachesPrefix
    ? { prompt: { tokens: 1 }, ...cached(depth - 1), newTokens }
    : { prompt: { tokens: Math.max(depth, 1) }, newTokens };
}

const cached = (tokens: number) => (tokens > 0 ? { cachedTokens: tokens } : {});

/** Why the engine cannot do it, as far as that shows before it is loaded; else null. */
function refusal(combination: Combination, options: Tuned): string | null {
  const { model, engine, test } = combination;
  try {
    requireForm(engine, parseReference(model));
    engine.backend(options);
  } catch (error) {
    if (!(error instanceof UsageError)) throw error;
    if (!(error instanceof UnknownOptionError))
      return [error.message, error.remedy].filter(Boolean).join("; ");
    const flag = settingFlags[error.option] ?? error.option;
    return `${engine.title} (${engine.name}) has nothing to set with ${flag}`;
  }
  if (test.prompt === 0 || test.depth === 0 || engine.cachesPrefix) return null;
  return `${engine.title} cannot time a prompt behind ${test.depth} tokens of context; of -d it takes -n alone`;
}

function rivalOf(arm: BenchArm, arms: readonly BenchArm[]): string {
  const same = arms.filter(
    ({ combination: { test }, planned }) =>
      planned.unavailable === undefined &&
      test.prompt === arm.combination.test.prompt &&
      test.generated === arm.combination.test.generated,
  );
  const atDepth = same.find(({ combination: { test } }) => test.depth === arm.combination.test.depth);
  const rival = atDepth && atDepth !== arm ? atDepth : same[0];
  return (rival ?? arm).planned.name;
}
