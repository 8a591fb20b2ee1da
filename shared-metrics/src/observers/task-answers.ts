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
      const items = await answerTask(session, task, most, context.signal);
      if (items) answers.push({ task: task.task, taskSha256: task.taskSha256, kind: task.kind, items });
    }
    return { answers };
  },
};

/** What the session answers to the first `most` items, or null when it cannot take part. */
async function answerTask(
  session: Session,
  task: Task,
  most: number,
  signal: AbortSignal,
): Promise<TaskAnswers["items"][number][] | null> {
  const answered: TaskAnswers["items"][number][] = [];
  if (task.kind === "generation") {
    for (const item of task.items.slice(0, most))
      answered.push(await answerQuestion(session, task, item, signal));
    return answered;
  }
  if (!canScore(session)) return null;
  for (const item of task.items.slice(0, most)) {
    answered.push(await answerChoices(session, item, task.file, signal));
  }
  return answered;
}
