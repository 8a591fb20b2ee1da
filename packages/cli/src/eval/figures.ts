import type { ChoiceMetrics, EvaluatedAnswer, EvaluatedTask, Metric } from "@quantlab/core";
import { wilsonInterval } from "@quantlab/shared-metrics";
import type { AnsweredTask } from "./messages.ts";

const unit = "fraction";
const none = (reason: string): Metric => ({ unit, value: null, reason });

/** Why a task has no figures although it was asked. */
const noLogits = "this API shows no logits; the engine backend does";

export interface Against {
  /** The reference's answers, or in words why there are none. */
  readonly reference: readonly AnsweredTask[] | string;
  /** Random weights: their answers mean nothing. */
  readonly synthetic: boolean;
}

export function evaluatedTask(task: AnsweredTask, against: Against): EvaluatedTask {
  const { taskSha256, kind, layout, chance } = task;
  const answers = task.answers ?? [];
  return {
    ...metricsOf([task], against),
    ...{ taskSha256, kind, layout, items: answers.length, chance, answers },
  };
}

/** The figures of some tasks' items together. */
export function metricsOf(tasks: readonly AnsweredTask[], { reference, synthetic }: Against): ChoiceMetrics {
  const answers = tasks.flatMap((task) => task.answers ?? []);
  const why = synthetic
    ? "the weights are random, so quality means nothing"
    : answers.length === 0
      ? tasks.length === 0
        ? "no multiple-choice task was asked"
        : noLogits
      : null;
  const generated = tasks.length > 0 && tasks.every((task) => task.kind === "generation");
  const choice = (read: (answer: EvaluatedAnswer) => boolean | null): Metric =>
    generated && why === null
      ? none("the answers are generated")
      : share(
          answers.map((each) => read(each) ?? false),
          why,
        );
  return {
    accuracy: share(
      answers.map(({ correct }) => correct),
      why,
    ),
    accuracyOfSum: choice(({ correctOfSum }) => correctOfSum),
    accuracyPerCharacter: choice(({ correctPerCharacter }) => correctPerCharacter),
    flips: typeof reference === "string" ? none(reference) : flipsOf(tasks, reference, why),
  };
}

function flipsOf(
  tasks: readonly AnsweredTask[],
  reference: readonly AnsweredTask[],
  why: string | null,
): Metric {
  const before = new Map(
    reference.flatMap(({ task, answers }) =>
      (answers ?? []).map((each) => [`${task} ${each.id}`, each.correct]),
    ),
  );
  const changed = tasks.flatMap(({ task, answers }) =>
    (answers ?? []).map(({ id, correct }) => before.get(`${task} ${id}`) !== correct),
  );
  return share(changed, why);
}

function share(items: readonly boolean[], why: string | null): Metric {
  if (why !== null) return none(why);
  const count = items.filter(Boolean).length;
  return {
    unit,
    statistic: "mean",
    value: count / items.length,
    ci95: wilsonInterval(count, items.length),
    values: [],
  };
}
