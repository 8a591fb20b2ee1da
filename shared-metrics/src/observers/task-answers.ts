import path from "node:path";
import { type Observer, repositoryRoot, type Session, type TaskAnswers, taskSets } from "@quantlab/core";
import type { Task } from "../tasks/task.ts";
import { readTasks } from "../tasks/task-file.ts";
import { answerQuestion } from "./generated-answer.ts";
import { answerChoices } from "./multiple-choice.ts";
import { canScore } from "./sequence-score.ts";

/** Items of each task in a quick look. */
const QUICK_ITEMS = 20;

/**
 * Answers every task of the folder (in name order), item by item. An engine without logits
 * answers only the generated ones. Throws a BadFileError for a folder without tasks and for a malformed
 * line.
 */
export const taskAnswers: Observer = {
  id: "task-answers",
  async observe(session, context) {
    const { items: all = Number.POSITIVE_INFINITY } = context;
    const most = context.quick ? Math.min(all, QUICK_ITEMS) : all;
    const answers: TaskAnswers[] = [];
    for (const task of await readTasks(path.join(repositoryRoot, taskSets[context.tasks]))) {
      const answered = await answerTask(session, task, { most, signal: context.signal });
      if (answered) answers.push(answered);
    }
    return { answers };
  },
};

export interface AnswerOptions {
  /** At most so many items, from the beginning. */
  readonly most: number;
  readonly signal: AbortSignal;
  /** Called after each item. */
  readonly onItem?: () => void;
}

/** What the session answers to a task, or null when it shows no logits and would have to choose. */
export async function answerTask(
  session: Session,
  task: Task,
  { most, signal, onItem }: AnswerOptions,
): Promise<TaskAnswers | null> {
  const items: TaskAnswers["items"][number][] = [];
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
