import type { ChoiceMetrics, EvaluatedAnswer, EvaluatedTask, Metric } from "@quantlab/core";
import { chanceOf, flipped, noShare, shareOf } from "@quantlab/shared-metrics";
import type { AnsweredTask } from "./answered-task.ts";

/** Why a task has no figures although it was asked. */
const noLogits = "this API shows no logits; the engine backend does";

export interface Against {
  /** The reference's answers, or in words why there are none. */
  readonly reference: readonly AnsweredTask[] | string;
  /** Random weights: their answers mean nothing. */
  readonly synthetic: boolean;
}

export function evaluatedTask(task: AnsweredTask, against: Against): EvaluatedTask {
  const { taskSha256, kind, layout } = task;
  const answers = task.answers ?? [];
  const choices = answers.map(({ logLikelihoods }) => logLikelihoods.length);
  return {
    ...metricsOf([task], against),
    ...{ taskSha256, kind, layout, items: answers.length, chance: chanceOf(kind, choices), answers },
  };
}

/** The figures of some tasks' items together. */
export function metricsOf(tasks: readonly AnsweredTask[], { reference, synthetic }: Against): ChoiceMetrics {
  const answers = synthetic ? [] : tasks.map((task) => task.answers ?? []);
  const otherwise = synthetic
    ? "the weights are random, so quality means nothing"
    : tasks.length === 0
      ? "no multiple-choice task was asked"
      : noLogits;
  const share = (read: (answer: EvaluatedAnswer) => boolean | null): Metric =>
    shareOf(
      answers.map((group) => group.map((each) => read(each) ?? false)),
      otherwise,
    );
  const isChosen = tasks.length === 0 || tasks.some(({ kind }) => kind === "multiple-choice");
  const generated = noShare("the answers are generated");
  return {
    accuracy: share(({ correct }) => correct),
    accuracyOfSum: isChosen ? share(({ correctOfSum }) => correctOfSum) : generated,
    accuracyPerCharacter: isChosen ? share(({ correctPerCharacter }) => correctPerCharacter) : generated,
    flips: flipsOf(),
  };

  function flipsOf(): Metric {
    if (typeof reference === "string") return noShare(reference);
    if (answers.flat().length === 0) return noShare(otherwise);
    return flipped(reference.map(judged), tasks.map(judged));
  }
}

const judged = ({ task, taskSha256, answers }: AnsweredTask) => ({ task, taskSha256, items: answers ?? [] });
