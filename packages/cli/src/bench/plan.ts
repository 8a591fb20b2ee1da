import { type Plan, UsageError } from "@quantlab/core";
import { type ChosenOptions, withTunedSettings } from "../frame/tuned.ts";
import { armsOf, type BenchArm } from "./arms.ts";
import { type Combination, combinationsOf } from "./combinations.ts";
import type { BenchOptions } from "./options.ts";
import { settings } from "./settings.ts";

/** What was typed, as a run to be measured. */
export interface Bench {
  readonly arms: readonly BenchArm[];
  readonly plan: Plan;
  /** A line for people on settings that nobody typed; null where there are none. */
  readonly note: string | null;
}

export const question = "How fast is each combination on this machine?";

const usualBlocks = 5;
/** Where an arm stops by itself. */
const mostBlocks = 20;
/** A bench takes as long as it takes: what is huge is asked about before. */
const armBudgetMs = Number.MAX_SAFE_INTEGER;

/**
 * Throws a UsageError, before anything is looked for, where nothing can be tested: no tokens, too many combinations, or
 * none that its engine takes.
 */
export function planBench(options: BenchOptions): Bench {
  const combinations = combinationsOf(options);
  const { tuned, note } = tunedForAll(combinations);
  const arms = armsOf(combinations, { repetitions: options.repetitions, ...(tuned && { tuned }) });
  const baseline = arms.find(({ planned }) => planned.unavailable === undefined);
  if (!baseline) {
    const { name, unavailable } = arms[0]!.planned;
    throw new UsageError(
      `no combination can be measured; ${name}: ${unavailable}`,
      "leave that out, or name another engine with --backend",
    );
  }
  const { blocks = options.precision === undefined ? usualBlocks : mostBlocks } = options;
  return {
    arms,
    note,
    plan: {
      id: "bench",
      question,
      arms: arms.map(({ planned }) => planned),
      baseline: baseline.planned.name,
      protocol: { blocks, order: "interleaved", seed: 42 },
      armBudgetMs,
      silenceMs: options.timeout * 60_000,
      waits: true,
      full: false,
      overrides: {},
    },
  };
}

/**
 * What `lab tune` found, where one model on one engine is measured. Of several each would have its own settings, and they
 * are to differ only in what was typed.
 */
function tunedForAll(combinations: readonly Combination[]): Omit<ChosenOptions, "options"> {
  const [first] = combinations;
  const alone = combinations.every(
    ({ model, engine }) => model === first!.model && engine.id === first!.engine.id,
  );
  if (!alone) return { tuned: null, note: null };
  const typed = settings.flatMap(({ option }, place) =>
    combinations.some(({ values }) => values[place] !== null) ? [[option, true] as const] : [],
  );
  return withTunedSettings(first!.engine, first!.model, Object.fromEntries(typed));
}
