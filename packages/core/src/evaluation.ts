import type { EngineInfo } from "./backend.ts";
import type { Metric } from "./metric.ts";
import type { ModelFile, ModelRef } from "./model.ts";
import type { Host, LabVersion } from "./run.ts";

/** What `lab eval` found: every task with its figures and every answer behind them. */
export interface Evaluation {
  readonly schemaVersion: 1;
  readonly startedAt: string;
  readonly finishedAt: string;
  readonly host: Host;
  readonly lab: LabVersion;
  readonly model: EvaluatedModel;
  /** The model that flips are counted against. */
  readonly reference: EvaluatedModel | null;
  readonly backend: string;
  readonly engine: EngineInfo;
  /** Who asked and judged, when it was not the lab itself. */
  readonly harness: { readonly name: string; readonly version: string } | null;
  /** Items of each task that were asked; null for all. */
  readonly limit: number | null;
  /** What ended it before the last item, in words; absent where nothing did. */
  readonly brokenOff?: string;
  readonly tasks: Readonly<Record<string, EvaluatedTask>>;
  /** Over the multiple-choice items of all tasks together. */
  readonly metrics: ChoiceMetrics;
}

/** What documents say of a model; of one that a server holds its file's facts are null. */
export interface EvaluatedModel extends ModelRef {
  readonly sha256: string | null;
  readonly bytes: number | null;
  readonly bitsPerWeight: number | null;
  readonly synthetic: boolean;
}

export function evaluatedModel({ ref, sha256, bytes, bitsPerWeight, synthetic }: ModelFile): EvaluatedModel {
  if (ref.form === "endpoint") return { ...ref, sha256: null, bytes: null, bitsPerWeight: null, synthetic };
  return { ...ref, sha256, bytes, bitsPerWeight, synthetic };
}

/** Shares with Wilson's intervals. The three accuracies differ in what is compared between the choices. */
export interface ChoiceMetrics {
  /** The likelihood a token of the choice, as experiments report it; of a written answer whether it is right. */
  readonly accuracy: Metric;
  /** The likelihood of the choice as a whole: lm-evaluation-harness's `acc`. */
  readonly accuracyOfSum: Metric;
  /** The likelihood a character of the choice: lm-evaluation-harness's `acc_norm`. */
  readonly accuracyPerCharacter: Metric;
  /** Answers that changed between right and wrong against the reference. */
  readonly flips: Metric;
}

export interface EvaluatedTask extends ChoiceMetrics {
  readonly taskSha256: string;
  readonly layout: string;
  readonly kind: "multiple-choice" | "generation";
  /** Items that were asked. */
  readonly items: number;
  /** What guessing would get of them; null where the answer is generated, or none was asked. */
  readonly chance: number | null;
  readonly answers: readonly EvaluatedAnswer[];
}

export interface EvaluatedAnswer {
  readonly id: string;
  readonly correct: boolean;
  /** Null where the answer is generated. */
  readonly correctOfSum: boolean | null;
  readonly correctPerCharacter: boolean | null;
  /** Summed log-likelihood of each choice, in nats, and the tokens of each. */
  readonly logLikelihoods: readonly number[];
  readonly tokens: readonly number[];
  readonly output: string | null;
}
