import {
  type Arm,
  type Experiment,
  isModelSubject,
  type Json,
  type ModelArm,
  type Plan,
  type PlannedArm,
  type ProgramArm,
  type ProgramSubject,
  UnknownNameError,
  UsageError,
  usedModel,
  whatRuns,
} from "@quantlab/core";
import { engineById, parseReference, withModel } from "@quantlab/engines";
import { scenarioNamed } from "@quantlab/scenarios";
import type { Flags } from "./flags.ts";

/** The most blocks of a first look; an experiment that asks for less has less. */
const quickBlocks = 2;
const defaultBudgetMinutes = 10;

export interface PlannedExperiment {
  readonly plan: Plan;
  /** Lines to be said before anything runs: which arms a flag leaves as they are. */
  readonly notes: readonly string[];
}

/**
 * An experiment with its command line's changes as a plan. Arms that do not exist, a subset without the baseline, or an
 * option that no arm has, are usage errors.
 */
export function planExperiment(
  experiment: Experiment,
  typed: Flags,
  places: Readonly<Record<string, string>> = {},
): PlannedExperiment {
  const notes: string[] = [];
  const flags = withUsedModel(experiment, typed, notes);
  const { id, question, baseline, reference, protocol } = experiment;
  const { quick = false, timeout, budget, model, models, workloads, ...changes } = flags;
  const chosen = chosenArms(experiment, flags.arms);
  const arms = armsOf(experiment, flags, chosen, notes);
  const fields = Object.assign({}, ...Object.values(workloads)) as Record<string, Json>;
  return {
    notes,
    plan: {
      id,
      question,
      arms,
      baseline,
      ...(reference !== undefined && { reference }),
      protocol: {
        ...protocol,
        blocks: flags.blocks ?? (quick ? Math.min(quickBlocks, protocol.blocks) : protocol.blocks),
      },
      armBudgetMs: (budget ?? defaultBudgetMinutes) * 60_000,
      silenceMs: timeout * 60_000,
      // A first look is not kept, so it need not wait.
      waits: !quick,
      // A budget leaves blocks out, it changes none; a model keeps a file of its own.
      full: !quick && [...Object.keys(changes), ...Object.keys(fields), ...Object.keys(models)].length === 0,
      // A model is named by its id: a path of this machine has no place in a file that others read.
      overrides: {
        ...(quick && { quick }),
        ...(changes as Record<string, Json>),
        ...fields,
        ...(budget !== undefined && { budget }),
        ...(model !== undefined && { model: parseReference(model).id }),
        ...Object.fromEntries(
          Object.entries(models).map(([name, typed]) => [name, parseReference(typed).id]),
        ),
      },
      places,
    },
  };
}

/** What was typed, with the model that "lab use" names where none was and the question is about any model. */
function withUsedModel({ ownModel }: Experiment, flags: Flags, notes: string[]): Flags {
  const used =
    ownModel === true || flags.model !== undefined || Object.keys(flags.models).length > 0
      ? null
      : usedModel();
  if (used === null) return flags;
  notes.push(`takes ${parseReference(used).id}, as "pnpm lab use" says; --model names another`);
  return { ...flags, model: used };
}

/** The chosen arms, and the reference without workloads where it is not among them. */
function armsOf(
  experiment: Experiment,
  flags: Flags,
  chosen: readonly string[],
  notes: string[],
): PlannedArm[] {
  const { reference } = experiment;
  const given = new Map(
    Object.entries(flags.models).flatMap(([flag, typed]) =>
      experiment.modelFlags![flag]!.arms.map((arm) => [arm, typed] as const),
    ),
  );
  const planned = (name: string): PlannedArm => plannedArm(experiment, name, flags, given);
  const arms = withOptions(chosen.map(planned), engineOptions(flags), notes);
  if (reference === undefined || chosen.includes(reference)) return arms;
  return [
    ...arms,
    ...withOptions([{ ...planned(reference), workloads: {} }], engineOptions(flags), [], false),
  ];
}

function plannedArm(
  experiment: Experiment,
  name: string,
  flags: Flags,
  given: ReadonlyMap<string, string>,
): PlannedArm {
  const arm: Arm = experiment.arms[name]!;
  const workloads = workloadsOf(experiment, arm, flags);
  const { model: own } = arm;
  const model =
    given.get(name) ?? (flags.model !== undefined && own !== undefined ? withModel(own, flags.model) : own);
  const subject = isModelArm(arm)
    ? { ...modelPartOf(arm), model: model!, engine: arm.engine.id, options: arm.engine.options }
    : programOf(arm, model, flags.model);
  // It would answer with another model and another tokenizer than those that were given one.
  const left = given.size > 0 && !given.has(name) && flags.model === undefined && own !== undefined;
  const flagsGiven = Object.keys(flags.models).map((flag) => `--${flag}`);
  return {
    name,
    subject,
    workloads,
    ...(arm.against !== undefined && { against: arm.against }),
    ...(left && {
      unavailable: `${flagsGiven.join(" and ")} gives other arms another model than ${parseReference(own).id}; name the same model for this arm, too, with --model <folder>`,
    }),
  };
}

const isModelArm = (arm: Arm): arm is ModelArm => "engine" in arm;

function modelPartOf({ environment, launcher }: ModelArm) {
  return { ...(environment && { environment }), ...(launcher && { launcher }) };
}

function programOf(
  { workloads: _, against: __, model: ___, beside = {}, ...program }: ProgramArm,
  model: string | undefined,
  other: string | undefined,
): ProgramSubject {
  const models = Object.entries(beside).map(([name, own]) => [
    name,
    other === undefined ? own : withModel(own, other),
  ]);
  return {
    ...program,
    ...(model !== undefined && { model }),
    ...(models.length > 0 && { beside: Object.fromEntries(models) }),
  };
}

/** The experiment's workloads with what metrics ask for, what is the arm's own, and what the command line changes. */
function workloadsOf({ workloads, report }: Experiment, arm: Arm, flags: Flags): PlannedArm["workloads"] {
  const found: Record<string, Record<string, Json>> = {};
  const add = (scenario: string, fields: Readonly<Record<string, Json>>) => {
    found[scenario] = { ...found[scenario], ...fields };
  };
  if (isModelArm(arm)) for (const { scenario, workload } of workloads) add(scenario, workload);
  for (const { scenario, workload } of arm.workloads ?? []) add(scenario, workload);
  for (const { scenario, needs } of report) if (found[scenario] && needs) add(scenario, needs);
  for (const scenario of Object.keys(found)) {
    if (flags.quick) found[scenario] = scenarioNamed(scenario).quick(found[scenario]) as Record<string, Json>;
    add(scenario, flags.workloads[scenario] ?? {});
  }
  return found;
}

type EngineOption = { readonly option: string; readonly flag: string; readonly value: number };

/** What the command line gives every arm's engine that has such an option. */
function engineOptions({ threads, context }: Flags): EngineOption[] {
  return [
    ...(threads === undefined ? [] : [{ option: "threads", flag: "--threads", value: threads }]),
    ...(context === undefined ? [] : [{ option: "contextSize", flag: "--context", value: context }]),
  ];
}

/** The arms with the options that their engines have; a note for each that some lack, a UsageError for one that all do. */
function withOptions(
  arms: readonly PlannedArm[],
  options: readonly EngineOption[],
  notes: string[],
  required = true,
): PlannedArm[] {
  const has = ({ subject }: PlannedArm, option: string) =>
    isModelSubject(subject) && option in engineById(subject.engine).options;
  for (const { option, flag, value } of options) {
    const without = arms.filter((arm) => !has(arm, option));
    if (without.length === 0 || !required) continue;
    const runners = [...new Set(without.map(({ subject }) => whatRuns(subject)))];
    const lack = `${runners.join(" nor ")} has no such option`;
    if (without.length === arms.length)
      throw new UsageError(`${flag} ${value}: no arm takes it`, `leave it out: ${lack}`);
    notes.push(`${flag} ${value} changes nothing for ${without.map(({ name }) => name).join(", ")}: ${lack}`);
  }
  return arms.map((arm) => {
    const { subject } = arm;
    if (!isModelSubject(subject)) return arm;
    const own = options.filter(({ option }) => has(arm, option)).map(({ option, value }) => [option, value]);
    return { ...arm, subject: { ...subject, options: { ...subject.options, ...Object.fromEntries(own) } } };
  });
}

function chosenArms({ arms, baseline }: Experiment, chosen: readonly string[] | undefined): string[] {
  const all = Object.keys(arms);
  if (!chosen) return all;
  for (const name of chosen) if (!all.includes(name)) throw new UnknownNameError("arm", name, all);
  const rivals = chosen.flatMap((name) => arms[name]!.against ?? []);
  const missing = [...new Set([baseline, ...rivals])].filter((name) => !chosen.includes(name));
  if (missing.length > 0) {
    const what = missing.includes(baseline) ? `the baseline ${baseline}` : missing.join(" and ");
    throw new UsageError(
      `--arms ${chosen.join(",")} leaves out ${what}`,
      `comparisons are against ${missing.length > 1 ? "them" : "it"}: --arms ${[...missing, ...chosen].join(",")}`,
    );
  }
  return all.filter((name) => chosen.includes(name));
}
