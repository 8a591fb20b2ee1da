import type {
  ChatMessage,
  EngineInfo,
  GenerateTrace,
  ModelFile,
  Observation,
  TaskSetName,
  TextName,
} from "@quantlab/core";
import type { GenerationPlan } from "./cut-to-budget.ts";
import type { Overrides } from "./overrides.ts";

/** What a block process is asked to do; it crosses as JSON. */
export interface BlockSpec {
  readonly modulePath: string;
  readonly arm: string;
  /** With the path as it is on this machine. */
  readonly model: ModelFile;
  /** Options that the command line replaces where a backend has them. */
  readonly backendOptions: Overrides;
  readonly task: PromptTask | MeasureTask;
}

/** Format the conversation by the model's template and tokenize it. */
export interface PromptTask {
  readonly kind: "prompt";
  readonly messages: readonly ChatMessage[];
}

/** Load, warm up, generate, then observe where asked. */
export interface MeasureTask {
  readonly kind: "measure";
  readonly promptIds: readonly number[];
  /** What the ids were made from, where the engine's own tokenizer is to be held against them. */
  readonly promptText: string | null;
  readonly newTokens: number;
  readonly warmups: number;
  readonly generations: number;
  /** What the block may take; generations and then tokens that would not fit are left out. Null: it takes what it takes. */
  readonly budgetMs: number | null;
  readonly observe: {
    readonly text: TextName;
    readonly tasks: TaskSetName;
    readonly chunks?: number;
    readonly items?: number;
    readonly quick: boolean;
    readonly reference: ReferenceSpec | null;
  } | null;
}

/** The arm that divergence is measured from, with its model as it is on this machine, or why it cannot be had. */
export type ReferenceSpec = { readonly arm: string } & (
  | { readonly model: ModelFile }
  | { readonly unavailable: string }
);

export interface PromptOutcome {
  readonly kind: "prompt";
  readonly text: string;
  readonly ids: readonly number[];
}

export interface MeasureOutcome {
  readonly kind: "measure";
  readonly engine: EngineInfo;
  readonly loadMs: number;
  /** What a time budget left of the plan; null when all of it. */
  readonly cutTo: GenerationPlan | null;
  readonly warmups: readonly GenerateTrace[];
  readonly generations: readonly GenerateTrace[];
  /** Of the engine's process over the timed generations; null when that is another process and does not tell. */
  readonly cpu: { readonly userMs: number; readonly systemMs: number; readonly wallMs: number } | null;
  /** By the engine's own allocator; null where it does not count. */
  readonly allocatorPeakBytes: number | null;
  readonly outputText: string;
  readonly observation: Observation;
  readonly observeMs: number;
  /** Where the engine's own tokenizer reads the prompt otherwise. */
  readonly promptDifference: string | null;
  /** Why something that was to be observed was not. */
  readonly observeProblem: string | null;
}

export type Outcome = PromptOutcome | MeasureOutcome;

/** Phase ends at which memory is read. The block process waits at each until the runner has done so. */
export type MarkName = "beforeLoad" | "afterLoad" | "afterGenerate";

export type FromBlock =
  | { readonly type: "mark"; readonly mark: MarkName; readonly cpuMs: number }
  /** A sign of life: something was finished. */
  | { readonly type: "alive" }
  | { readonly type: "outcome"; readonly outcome: Outcome }
  | { readonly type: "error"; readonly message: string; readonly remedy: string | null };

export type ToBlock =
  | { readonly type: "spec"; readonly spec: BlockSpec }
  /** Answers a mark or an outcome. */
  | { readonly type: "go" };
