import type { EngineInfo, EvaluatedAnswer, Json, ModelFile, TaskAnswers } from "@quantlab/core";
import type { BackendName } from "../backends.ts";

/** What one process is asked: one model, every task. */
export interface EvalJob {
  readonly backend: BackendName;
  readonly backendOptions: Readonly<Record<string, Json>>;
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

/** One task of a file, answered; null answers where the engine shows no logits to choose by. */
export interface AnsweredTask {
  readonly task: string;
  readonly taskSha256: string;
  readonly kind: TaskAnswers["kind"];
  readonly layout: string;
  readonly chance: number | null;
  readonly answers: readonly EvaluatedAnswer[] | null;
}

export interface EvalResult {
  readonly engine: EngineInfo;
  readonly tasks: readonly AnsweredTask[];
  readonly harness: { readonly version: string; readonly results: Json } | null;
}
