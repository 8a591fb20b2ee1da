import {
  type Backend,
  type Experiment,
  type Json,
  type ModelSource,
  type Run,
  UnknownNameError,
  UsageError,
} from "@quantlab/core";
import type { Flags } from "./flags.ts";

export interface PlannedArm {
  readonly name: string;
  readonly model: ModelSource;
  readonly backend: Backend;
}

/** The experiment as it will run, the command line's changes applied. */
export interface Plan {
  readonly experiment: Experiment;
  readonly arms: readonly PlannedArm[];
  readonly baseline: PlannedArm;
  readonly protocol: Run["protocol"];
  readonly order: Experiment["protocol"]["order"];
  /** Options that every arm's backend gets on top of its own. */
  readonly backendOptions: Readonly<Record<string, Json>>;
  readonly overrides: Readonly<Record<string, Json>>;
  /** What an arm may take over all its blocks; one more block that would pass it is left out. */
  readonly armBudgetMs: number;
  readonly quick: boolean;
  /** False for everything that must not be kept in `results/`. */
  readonly full: boolean;
}

const quickLook = { warmups: 1, blocks: 2 };
const defaultGenerations = 3;
const defaultBudgetMinutes = 10;

/** Applies flags to an experiment. Arms that do not exist, or a subset without the baseline, are usage errors. */
export function planRun(experiment: Experiment, flags: Flags): Plan {
  const { timeout: _, model, ...changes } = flags;
  const backendOptions = {
    ...(flags.threads === undefined ? {} : { threads: flags.threads }),
    ...(flags.context === undefined ? {} : { contextSize: flags.context }),
  };
  const arms = chosenArms(experiment, flags.arms).map((name) => ({
    name,
    model: model === undefined ? experiment.arms[name]!.model : experiment.arms[name]!.model.of(model),
    backend: experiment.arms[name]!.backend.withOptions(backendOptions),
  }));
  const baseline = arms.find(({ name }) => name === experiment.baseline)!;
  const written = { ...experiment.protocol, ...(flags.quick ? quickLook : {}) };
  return {
    experiment,
    arms,
    baseline,
    protocol: {
      warmups: flags.warmups ?? written.warmups,
      blocks: flags.blocks ?? written.blocks,
      generations: flags.generations ?? written.generations ?? defaultGenerations,
      order: written.order,
      newTokens: flags.newTokens ?? experiment.workload.newTokens,
      seed: experiment.workload.seed,
    },
    order: written.order,
    backendOptions,
    // The model is named by its id: a path of this machine has no place in a file that others read.
    overrides: { ...changes, ...(model === undefined ? {} : { model: baseline.model.ref.id }) },
    armBudgetMs: (flags.budget ?? defaultBudgetMinutes) * 60_000,
    quick: flags.quick ?? false,
    full: Object.keys(changes).length === 0,
  };
}

function chosenArms(experiment: Experiment, chosen: readonly string[] | undefined): string[] {
  const all = Object.keys(experiment.arms);
  if (!chosen) return all;
  for (const name of chosen) if (!all.includes(name)) throw new UnknownNameError("arm", name, all);
  if (!chosen.includes(experiment.baseline)) {
    throw new UsageError(
      `--arms ${chosen.join(",")} leaves out the baseline ${experiment.baseline}`,
      `every comparison is against it: --arms ${[experiment.baseline, ...chosen].join(",")}`,
    );
  }
  return all.filter((name) => chosen.includes(name));
}
