import type { Backend, Session } from "./backend.ts";
import { UsageError } from "./errors.ts";
import type { ModelSource } from "./model.ts";
import type { Effect, Metric, MetricName } from "./result.ts";
import type { Block, ExperimentId } from "./run.ts";
import type { PromptName, TaskSetName, TextName } from "./workloads.ts";

/** What is observed once an arm beside its speed, in the process of its first block, after all timing. */
export type Observation = Partial<Pick<Block, "scores" | "answers">>;

export interface ObserveContext {
  readonly text: TextName;
  readonly tasks: TaskSetName;
  /** At most so many chunks of the text and items of each task; all unless said. */
  readonly chunks?: number;
  readonly items?: number;
  /** Fewer chunks and items still, for `--quick`. */
  readonly quick: boolean;
  readonly signal: AbortSignal;
  /** Absent where the experiment names no reference. */
  readonly reference?: Reference;
  /** A sign of life after each piece of long work. */
  readonly alive?: () => void;
}

/** The arm whose quality the others are held against. */
export interface Reference {
  readonly arm: string;
  /** True when the session that is observed is the reference's own. */
  readonly isObserved: boolean;
  /** Loads the reference beside the session that is observed, in its process. Throws when it cannot be had here. */
  open(): Promise<Session>;
}

/** Collects raw material for a metric. Several metrics may share one observer; it runs once. */
export interface Observer {
  readonly id: string;
  /** Ids of observers whose observations this one makes too: they run only where it found nothing. */
  readonly includes?: readonly string[];
  /** Compares with the experiment's reference, so that there must be one. */
  readonly needsReference?: true;
  observe(session: Session, context: ObserveContext): Promise<Observation>;
}

/** One metric: what it needs, how blocks become a value, how two arms compare. */
export interface MetricHandle {
  readonly name: MetricName;
  /** Column heading: "decode". */
  readonly label: string;
  readonly unit: string;
  readonly better: "higher" | "lower" | null;
  readonly observers: readonly Observer[];
  /**
   * A value over an arm's blocks in index order; a metric that cannot be had says why. `reference`: blocks of the arm
   * that quality is held against, the baseline where the experiment names no other.
   */
  summarise(blocks: readonly Block[], reference?: readonly Block[]): Metric;
  /** The arm against the baseline, paired by block index or chunk. Null when either side has no value. */
  compare(baseline: readonly Block[], arm: readonly Block[]): Effect | null;
}

export interface Arm {
  readonly model: ModelSource;
  readonly backend: Backend;
}

export interface Workload {
  readonly prompts: PromptName;
  readonly newTokens: number;
  readonly seed: number;
  readonly text?: TextName;
  readonly tasks?: TaskSetName;
  /** Of the text, how many chunks from its beginning are scored; all unless said. */
  readonly chunks?: number;
  /** Of each task, how many items from its beginning are asked; all unless said. */
  readonly items?: number;
}

export interface Protocol {
  /** Untimed full-shape generations before the timed ones, in every process. */
  readonly warmups: number;
  /** Fresh processes an arm. */
  readonly blocks: number;
  /** Timed generations a process; 3 unless said. */
  readonly generations?: number;
  /** "interleaved": every round runs each arm once, in a seeded random order. "abba": forward, then backward. */
  readonly order: "interleaved" | "abba";
}

/** A flag of one experiment's command line that gives some of its arms another model. */
export interface ModelFlag<ArmName extends string = string> {
  /** What the flag takes, in the help: "file". */
  readonly value: string;
  readonly about: string;
  readonly arms: readonly ArmName[];
  /** What the typed value names. */
  readonly model: (typed: string) => ModelSource;
}

export interface Experiment<ArmName extends string = string> {
  readonly id: ExperimentId;
  readonly question: string;
  readonly arms: Readonly<Record<ArmName, Arm>>;
  readonly baseline: ArmName;
  /** The arm whose quality divergence and flips are measured from; the least quantized one. */
  readonly reference?: ArmName;
  readonly workload: Workload;
  readonly protocol: Protocol;
  readonly report: readonly MetricHandle[];
  /** By the flag's name without its dashes: "llamacpp-model-path". */
  readonly modelFlags?: Readonly<Record<string, ModelFlag<ArmName>>>;
}

/** One arm a name, typed by the names: `armsOf(["Q8_0", "Q4_0"], (type) => ({ model: model("sprout", type), backend }))`. */
export function armsOf<const Name extends string>(
  names: readonly Name[],
  arm: (name: Name) => Arm,
): Record<Name, Arm> {
  return Object.fromEntries(names.map((name) => [name, arm(name)])) as Record<Name, Arm>;
}

/**
 * Names and checks an experiment; a baseline or a reference that is no arm does not compile. Throws a UsageError for a
 * metric that needs a reference where none is named.
 */
export function defineExperiment<const ArmName extends string>(
  experiment: Omit<Experiment<ArmName>, "baseline" | "reference" | "modelFlags"> & {
    readonly baseline: NoInfer<ArmName>;
    readonly reference?: NoInfer<ArmName>;
    readonly modelFlags?: Readonly<Record<string, ModelFlag<NoInfer<ArmName>>>>;
  },
): Experiment<ArmName> {
  const compares = experiment.report.find(({ observers }) => observers.some((each) => each.needsReference));
  if (compares && experiment.reference === undefined) {
    throw new UsageError(
      `${experiment.id} reports ${compares.name}, which is measured from a reference, and names none`,
      `add reference: "${Object.keys(experiment.arms)[0]}", or the arm that is least quantized`,
    );
  }
  return experiment;
}
