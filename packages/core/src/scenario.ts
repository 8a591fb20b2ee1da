import type { EngineInfo } from "./backend.ts";
import type { Json } from "./json.ts";
import type { ModelFile, ResolveOptions } from "./model.ts";

/** A model on an engine of the lab's list. */
export interface ModelSubject {
  /** "sprout:Q4_K_M", "./my-model.gguf". */
  readonly model: string;
  readonly engine: string;
  readonly options?: Readonly<Record<string, Json>>;
  /** Set on its process, over what the engine asks for. */
  readonly environment?: Readonly<Record<string, string>>;
  /** A program and its words that start the process: ["taskset", "-c", "0"]. */
  readonly launcher?: readonly string[];
}

/** A program that is no engine of the lab: a peer's, or a command of the lab itself. */
export interface ProgramSubject {
  /** A path or a name on the search path; `{place}` stands for what the plan's places say of it. */
  readonly program: string;
  readonly environment?: Readonly<Record<string, string>>;
  /** Found before the run; `{model}` in an argument is its path. */
  readonly model?: string;
  /** Other models that its words name, by the name that stands for their path. */
  readonly beside?: Readonly<Record<string, string>>;
}

/** A server that runs already, wherever that is. */
export interface EndpointSubject {
  /** Up to the version of its API: "http://127.0.0.1:8080/v1". Its key is the environment's, and stands in no document. */
  readonly endpoint: string;
}

/** What an arm runs, all of it JSON. */
export type Subject = ModelSubject | ProgramSubject | EndpointSubject;

/** A subject with everything it needs on this machine: what a block process is started from. */
export interface ReadySubject {
  readonly subject: Subject;
  readonly model: ModelFile | null;
  /** The other models of a program, by the name that stands for their path in its words. */
  readonly beside: Readonly<Record<string, ModelFile>>;
  /** Of the engine; null for a program that does not tell. */
  readonly version: string | null;
  /** Set on the block's process before it starts, for settings that a library reads only then. */
  readonly environment: Readonly<Record<string, string>>;
  /** What `{name}` stands for in a program's words: paths of this machine, which stay out of every document. */
  readonly places: Readonly<Record<string, string>>;
}

/** An arm whose subject is there, with the workload that its blocks of one scenario get. */
export interface ReadyArm<Workload> {
  readonly name: string;
  readonly subject: ReadySubject;
  readonly workload: Workload;
}

/** How a scenario tells the runner where its block is. */
export interface BlockContext {
  /** Ends a phase: returns once memory has been read. Sampling begins at the first phase and counts until the last. */
  phase(name: string): Promise<void>;
  /** A sign of life after each piece of long work. */
  alive(): void;
  /** What must be known of this block. */
  note(text: string): void;
  /** Something was asked for and could not be had; what was measured stands, and the run tells. */
  problem(text: string): void;
  /** What really ran. Memory is that of its process and everything below it. */
  ran(engine: EngineInfo): void;
  /** The process whose memory is the block's, where that is no engine's. */
  holder(pid: number): void;
  /** Milliseconds that went into the workload itself; the rest of the block's time is the lab's own. */
  spent(milliseconds: number): void;
  /** What the arm's time budget leaves for this block; a scenario may cut its workload to it, and says so. */
  readonly budgetMs: number;
  readonly signal: AbortSignal;
}

/** A field of a workload that the command line of an experiment may set. */
export interface WorkloadFlag {
  readonly field: string;
  readonly about: string;
  readonly least: number;
}

export interface SettleContext extends ResolveOptions {
  readonly signal: AbortSignal;
  readonly baseline: string;
  /** The arm that quality is held against, ready or with the reason why it cannot be had; null where none is named. */
  readonly reference: Reference | null;
  readonly silenceMs: number;
}

export type Reference = { readonly arm: string } & (
  | { readonly subject: ReadySubject }
  | { readonly unavailable: string }
);

/**
 * What one block does. The runner gives it a process, phases, guards and a place in the order, and knows nothing else of
 * it. Its workload and its sample are JSON, each with a schema that is generated from its type.
 */
export interface Scenario<Workload = unknown, Sample = unknown, Settled = unknown> {
  readonly id: string;
  /** True where all blocks of an arm say the same: it then runs once an arm, when everything else has been timed. */
  readonly once: boolean;
  /** False where the weights' values decide what comes out, so that it is not done with random ones. */
  readonly synthetic: boolean;
  /** By the flag's name without dashes: "new-tokens". */
  readonly flags: Readonly<Record<string, WorkloadFlag>>;
  /** A first look at the same workload. */
  quick(workload: Workload): Workload;
  /** How it was measured, in sentences for people. */
  describe(workload: Workload): string;
  /**
   * What all arms must share is found out once, before anything is timed: token ids of the prompt, for example. What is
   * `settled` goes to the blocks alone, the workload also into the run.
   */
  settle?(
    arms: readonly ReadyArm<Workload>[],
    context: SettleContext,
  ): Promise<readonly { readonly workload: Workload; readonly settled: Settled }[]>;
  /** Does one block, in a process of its own. Throws what made it impossible. */
  perform(subject: ReadySubject, workload: Workload & Settled, block: BlockContext): Promise<Sample>;
}

/** A scenario's workload, as an experiment or a plan names it. */
export interface NamedWorkload {
  readonly scenario: string;
  readonly workload: Readonly<Record<string, Json>>;
}

export const isModelSubject = (subject: Subject): subject is ModelSubject => "engine" in subject;
export const isEndpointSubject = (subject: Subject): subject is EndpointSubject => "endpoint" in subject;

/** The reference of the model that it runs; undefined where it names none. */
export const modelReference = (subject: Subject): string | undefined =>
  isEndpointSubject(subject) ? undefined : subject.model;

/** What runs: an engine's id, a program's path or name, a server's address. */
export function whatRuns(subject: Subject): string {
  if (isModelSubject(subject)) return subject.engine;
  return isEndpointSubject(subject) ? new URL(subject.endpoint).host : subject.program;
}
