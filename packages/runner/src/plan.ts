import {
  type Backend,
  type Experiment,
  type Json,
  type ModelSource,
  type Run,
  UnavailableError,
  UnknownNameError,
  UsageError,
} from "@quantlab/core";
import type { Flags } from "./flags.ts";
import { type Overrides, overridden, unheeded } from "./overrides.ts";

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
  /** What divergence is measured from, even where the command line leaves that arm out; null where none is named. */
  readonly reference: PlannedArm | null;
  readonly protocol: Run["protocol"];
  readonly order: Experiment["protocol"]["order"];
  /** What every arm's backend gets on top of its own options, where it has such an option. */
  readonly backendOptions: Overrides;
  /** Lines to be said before anything runs: which arms a flag leaves as they are. */
  readonly notes: readonly string[];
  readonly overrides: Readonly<Record<string, Json>>;
  /** What an arm may take over all its blocks; what would pass it is left out. */
  readonly armBudgetMs: number;
  readonly quick: boolean;
  /** False for everything that must not be kept in `results/`. */
  readonly full: boolean;
}

/** The most of a first look; an experiment that asks for less has less. */
const quickLook = { warmups: 1, blocks: 2 };
const defaultGenerations = 3;
const defaultBudgetMinutes = 10;

/** Applies flags to an experiment. Arms that do not exist, a subset without the baseline, or an option that no arm has, are
 * usage errors. */
export function planRun(experiment: Experiment, flags: Flags): Plan {
  const { timeout: _, model, models, ...changes } = flags;
  // A budget leaves blocks out; it changes none.
  const { budget: __, ...protocolChanges } = changes;
  const backendOptions = {
    ...(flags.threads === undefined ? {} : { threads: flags.threads }),
    ...(flags.context === undefined ? {} : { contextSize: flags.context }),
  };
  const own = ownModels(experiment, models);
  const planned = (name: string): PlannedArm => ({
    name,
    model: own.of.get(name) ?? commonModel(experiment.arms[name]!.model, model, own.flags),
    backend: overridden(experiment.arms[name]!.backend, backendOptions),
  });
  const arms = chosenArms(experiment, flags.arms).map(planned);
  const baseline = arms.find(({ name }) => name === experiment.baseline)!;
  const { newTokens, seed, chunks, items } = experiment.workload;
  const written = flags.quick ? shortened(experiment.protocol) : experiment.protocol;
  return {
    experiment,
    arms,
    baseline,
    reference: experiment.reference === undefined ? null : planned(experiment.reference),
    protocol: {
      warmups: flags.warmups ?? written.warmups,
      blocks: flags.blocks ?? written.blocks,
      generations: flags.generations ?? written.generations ?? defaultGenerations,
      order: written.order,
      newTokens: flags.newTokens ?? newTokens,
      seed,
      ...(chunks && { chunks }),
      ...(items && { items }),
    },
    order: written.order,
    backendOptions,
    notes: unheeded(arms, backendOptions),
    // The model is named by its id: a path of this machine has no place in a file that others read.
    overrides: {
      ...changes,
      ...(model === undefined ? {} : { model: experiment.arms[experiment.baseline]!.model.of(model).ref.id }),
      ...own.overrides,
    },
    armBudgetMs: (flags.budget ?? defaultBudgetMinutes) * 60_000,
    quick: flags.quick ?? false,
    full: Object.keys(protocolChanges).length === 0 && own.of.size === 0,
  };
}

function shortened(protocol: Experiment["protocol"]): Experiment["protocol"] {
  const { warmups, blocks } = quickLook;
  return {
    ...protocol,
    warmups: Math.min(warmups, protocol.warmups),
    blocks: Math.min(blocks, protocol.blocks),
  };
}

interface OwnModels {
  /** By arm. */
  readonly of: ReadonlyMap<string, ModelSource>;
  /** The flags that were given, as typed: "--llamacpp-model-path". */
  readonly flags: readonly string[];
  readonly overrides: Readonly<Record<string, Json>>;
}

/** What the experiment's own flags give some arms. */
function ownModels({ modelFlags = {} }: Experiment, typed: Flags["models"] = {}): OwnModels {
  const given = Object.entries(typed).map(([name, text]) => {
    const { arms, model } = modelFlags[name]!;
    return { name, arms, source: model(text) };
  });
  return {
    of: new Map(given.flatMap(({ arms, source }) => arms.map((arm) => [arm, source] as const))),
    flags: given.map(({ name }) => `--${name}`),
    overrides: Object.fromEntries(given.map(({ name, source }) => [name, source.ref.id])),
  };
}

/**
 * The model of an arm that no flag gave one of its own. Where others got one and this did not, it would answer with
 * another model and another tokenizer, so it cannot be had.
 */
function commonModel(own: ModelSource, model: string | undefined, flags: readonly string[]): ModelSource {
  if (model !== undefined) return own.of(model);
  if (flags.length === 0) return own;
  return {
    ...own,
    resolve: () =>
      Promise.reject(
        new UnavailableError(
          `${flags.join(" and ")} gives other arms another model than ${own.ref.id}`,
          "name the same model for this arm, too, with --model <folder>",
        ),
      ),
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
