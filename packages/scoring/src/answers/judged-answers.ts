import type { EvaluatedAnswer } from "@quantlab/core";
import { maxIndex } from "d3-array";
import type { ItemAnswer } from "../scores.ts";
import type { Task } from "../tasks/task.ts";

/**
 * What stands between the prompt and every choice of the task: a space, when all its choices begin with one. It is
 * no part of a choice's length, as in lm-evaluation-harness.
 */
export function delimiterOf(task: Task): "" | " " {
  if (task.kind === "generation") return "";
  return task.items.every(({ choices }) => choices.every((choice) => choice.startsWith(" "))) ? " " : "";
}

/**
 * The answers to a task's first items with what each way of comparing choices makes of them: the likelihood a token
 * (`correct`), of the whole choice, and a character of it, counted in code points.
 */
export function judgedAnswers(task: Task, answers: readonly ItemAnswer[]): EvaluatedAnswer[] {
  if (task.kind === "generation") return answers.map((answer) => judged(answer, null, null));
  const skipped = delimiterOf(task).length;
  return answers.map((answer, place) => {
    const item = task.items[place]!;
    const lengths = item.choices.map((choice) => [...choice.slice(skipped)].length);
    const { logLikelihoods } = answer;
    const ofSum = maxIndex(logLikelihoods);
    const perCharacter = maxIndex(lengths, (length, choice) => logLikelihoods[choice]! / length);
    return judged(answer, ofSum === item.answer, perCharacter === item.answer);
  });
}

function judged(
  { id, correct, logLikelihoods, tokens, output }: ItemAnswer,
  correctOfSum: boolean | null,
  correctPerCharacter: boolean | null,
): EvaluatedAnswer {
  return { id, correct, correctOfSum, correctPerCharacter, logLikelihoods, tokens, output };
}
