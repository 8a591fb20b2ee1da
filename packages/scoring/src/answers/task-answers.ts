import type { TextSession } from "@quantlab/core";
import type { ItemAnswer, TaskAnswers } from "../scores.ts";
import type { Task } from "../tasks/task.ts";
import { canScore } from "../texts/sequence-score.ts";
import { answerQuestion } from "./generated-answer.ts";
import { answerChoices } from "./multiple-choice.ts";

export interface AnswerOptions {
  /** At most so many items, from the beginning. */
  readonly most: number;
  readonly signal: AbortSignal;
  /** Called after each item. */
  readonly onItem?: () => void;
}

/** What the session answers to a task, or null when it shows no logits and would have to choose. */
export async function answerTask(
  session: TextSession,
  task: Task,
  { most, signal, onItem }: AnswerOptions,
): Promise<TaskAnswers | null> {
  const items: ItemAnswer[] = [];
  const { task: name, taskSha256, kind } = task;
  if (task.kind === "generation") {
    for (const item of task.items.slice(0, most)) {
      items.push(await answerQuestion(session, task, item, signal));
      onItem?.();
    }
    return { task: name, taskSha256, kind, items };
  }
  if (!canScore(session)) return null;
  for (const item of task.items.slice(0, most)) {
    items.push(await answerChoices(session, item, task.file, signal));
    onItem?.();
  }
  return { task: name, taskSha256, kind, items };
}
