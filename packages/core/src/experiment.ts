import type { Backend } from "./backend.ts";
import { UsageError } from "./errors.ts";
import type { Json } from "./json.ts";
import type { MetricHandle } from "./metric.ts";
import type { Order } from "./plan.ts";
import type { ModelSubject, NamedWorkload, ProgramSubject } from "./scenario.ts";

/** A model on an engine, as an experiment writes it. */
export interface ModelArm extends Pick<ModelSubject, "environment" | "launcher"> {
  /** "sprout:Q4_K_M". */
  readonly model: string;
  readonly engine: Pick<Backend, "id" | "options">;
  /** The arm that it is compared with; the baseline unless said. */
  readonly against?: string;
  /** What this arm's blocks do otherwise than the experiment's: only the fields that differ. */
  readonly workloads?: readonly NamedWorkload[];
}

/** A program to be held against the others. */
export interface ProgramArm extends ProgramSubject {
  readonly against?: string;
  readonly workloads: readonly NamedWorkload[];
}

export type Arm = ModelArm | ProgramArm;

/** A flag of one experiment's command line that gives some of its arms another model. */
export interface ModelFlag<ArmName extends string = string> {
  /** What the flag takes, in the help: "file". */
  readonly value: string;
  readonly about: string;
  readonly arms: readonly ArmName[];
}

/** What a report makes of an experiment's figures beside its tables; its name and the metrics that it reads. */
export interface NamedAnalysis {
  readonly analysis: string;
  readonly [setting: string]: Json;
}

/** What an experiment needs on this machine before it is planned: peers built, environments made. */
export interface PrepareContext {
  readonly signal: AbortSignal;
  readonly say: (line: string) => void;
}

export interface Experiment<ArmName extends string = string> {
  /** "exp3"; a benchmark has a name instead of a number. */
  readonly id: string;
  readonly question: string;
  readonly arms: Readonly<Record<ArmName, Arm>>;
  readonly baseline: ArmName;
  /** The arm whose quality divergence and flips are measured from; the least quantized one. */
  readonly reference?: ArmName;
  /** What every arm's blocks do, a scenario each. */
  readonly workloads: readonly NamedWorkload[];
  readonly protocol: {
    /** Fresh processes an arm. */
    readonly blocks: number;
    readonly order: Order;
    readonly seed: number;
  };
  readonly report: readonly MetricHandle[];
  readonly analyses?: readonly NamedAnalysis[];
  /** The arms of the README's first table, at most eight; the first eight unless said. */
  readonly shown?: readonly ArmName[];
  /** Its question is about the models that its arms name: one that "lab use" names does not take their place. */
  readonly ownModel?: true;
  /** Its first result opens the repository's own README. */
  readonly onFrontPage?: true;
  /** By the flag's name without its dashes: "llamacpp-model-path". */
  readonly modelFlags?: Readonly<Record<string, ModelFlag<ArmName>>>;
  /** Returns what `{name}` stands for in the words of its programs. */
  prepare?(context: PrepareContext): Promise<Readonly<Record<string, string>>>;
}

/** One arm a name, typed by the names: `armsOf(["Q8_0", "Q4_0"], (type) => ({ model: `sprout:${type}`, engine }))`. */
export function armsOf<const Name extends string>(
  names: readonly Name[],
  arm: (name: Name) => Arm,
): Record<Name, Arm> {
  return Object.fromEntries(names.map((name) => [name, arm(name)])) as Record<Name, Arm>;
}

/**
 * Names and checks an experiment; a baseline or a reference that is no arm does not compile. Throws a UsageError for a
 * metric that needs a reference where none is named, or whose scenario no workload runs.
 */
export function defineExperiment<const ArmName extends string>(
  experiment: Omit<Experiment<ArmName>, "baseline" | "reference" | "modelFlags" | "shown"> & {
    readonly baseline: NoInfer<ArmName>;
    readonly reference?: NoInfer<ArmName>;
    readonly shown?: readonly NoInfer<ArmName>[];
    readonly modelFlags?: Readonly<Record<string, ModelFlag<NoInfer<ArmName>>>>;
  },
): Experiment<ArmName> {
  const { id, report, arms, workloads, reference } = experiment;
  const run = new Set(
    [...workloads, ...Object.values<Arm>(arms).flatMap((arm) => arm.workloads ?? [])].map(
      ({ scenario }) => scenario,
    ),
  );
  // A program brings its own reference along, and prints the figure.
  const compares = report.find(({ scenario, needsReference }) => needsReference && run.has(scenario));
  if (compares && reference === undefined) {
    throw new UsageError(
      `${id} reports ${compares.name}, which is measured from a reference, and names none`,
      `add reference: "${Object.keys(arms)[0]}", or the arm that is least quantized`,
    );
  }
  const unread = report.find(({ scenario, reads = [scenario] }) => !reads.some((name) => run.has(name)));
  if (unread) {
    throw new UsageError(
      `${id} reports ${unread.name}, which is read from ${unread.scenario}, and none of its workloads is that`,
      `add ${unread.scenario}({ … }) to its workloads, or take ${unread.name} out of its report`,
    );
  }
  return experiment;
}
