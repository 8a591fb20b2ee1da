import { type Plan, UsageError } from "@quantlab/core";
import { armsOf, type BenchArm } from "./arms.ts";
import { combinationsOf } from "./combinations.ts";
import type { BenchOptions } from "./options.ts";

/** What was typed, as a run to be measured. */
export interface Bench {
  readonly arms: readonly BenchArm[];
  readonly plan: Plan;
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
  const arms = armsOf(combinationsOf(options), options.repetitions);
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
