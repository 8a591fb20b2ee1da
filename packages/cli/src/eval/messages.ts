import type { EngineInfo, EvaluatedAnswer, Evaluation, Json, ModelFile } from "@quantlab/core";
import type { ItemAnswer } from "@quantlab/scoring";
import type { BackendChoice } from "../backend-option.ts";

/** What one process is asked: one model, every task. */
export interface EvalJob extends BackendChoice {
  readonly model: ModelFile;
  /** Absolute paths of task files. */
  readonly files: readonly string[];
  readonly limit: number | null;
  /** Who asks: the lab itself, or lm-evaluation-harness. */
  readonly harness: "lm-eval" | null;
}

/** The event "ready": the model is loaded, and no item is left that it cannot be asked. */
export interface EvalReady {
  readonly engine: EngineInfo;
  /** The tasks that it can answer, by name. */
  readonly tasks: readonly string[];
}

/** The event "answered": how far it has come, with the answer where the lab asks. */
export interface EvalProgress {
  readonly task: string;
  readonly done: number;
  readonly total: number;
  readonly answer?: ItemAnswer;
}

/** What it says at its end. */
export interface EvalEnd {
  readonly engine: EngineInfo;
  /** What the harness found, when it was not the lab that asked: its own results, and its judgements by task. */
  readonly harness:
    | (NonNullable<Evaluation["harness"]> & {
        readonly results: Json;
        readonly samples: Readonly<Record<string, readonly EvaluatedAnswer[]>>;
      })
    | null;
}

/** Tells an event. */
export type Tell = <Name extends keyof EvalEvents>(event: Name, data: EvalEvents[Name]) => void;

interface EvalEvents {
  readonly ready: EvalReady;
  readonly answered: EvalProgress;
}
