import type { EngineInfo, Evaluation, Json, ModelFile } from "@quantlab/core";
import type { BackendChoice } from "../backend-option.ts";
import type { AnsweredTask } from "./answered-task.ts";

/** What one process is asked: one model, every task. */
export interface EvalJob extends BackendChoice {
  readonly model: ModelFile;
  /** Absolute paths of task files. */
  readonly files: readonly string[];
  readonly limit: number | null;
  /** Who asks: the lab itself, or lm-evaluation-harness. */
  readonly harness: "lm-eval" | null;
}

/** How far it has come. */
export interface EvalProgress {
  readonly task: string;
  readonly done: number;
  readonly total: number;
}

export interface EvalResult {
  readonly engine: EngineInfo;
  readonly tasks: readonly AnsweredTask[];
  /** Who asked, and what it says itself; null when it was the lab. */
  readonly harness: (NonNullable<Evaluation["harness"]> & { readonly results: Json }) | null;
}
