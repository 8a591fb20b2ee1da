import { EngineError, type TextSession } from "@quantlab/core";
import type { ItemAnswer, TaskAnswers } from "../scores.ts";
import { canChoose } from "../texts/sequence-score.ts";
import type { AskedTask } from "./asked-task.ts";
import { answerQuestion } from "./generated-answer.ts";
import { answerChoices } from "./multiple-choice.ts";

export interface AnswerOptions {
  readonly signal: AbortSignal;
  /** Called after each item. */
  readonly onItem?: (answer: ItemAnswer) => void;
}

/** What the session that a task was put to answers. Throws an EngineError when it shows no logits and has to choose. */
export async function answerTask(
  session: TextSession,
  asked: AskedTask,
  { signal, onItem }: AnswerOptions,
): Promise<TaskAnswers> {
  const { task, taskSha256, kind } = asked;
  const items: ItemAnswer[] = [];
  const take = (answer: ItemAnswer) => {
    items.push(answer);
    onItem?.(answer);
  };
  if (asked.kind === "generation") {
    for (const item of asked.items) take(await answerQuestion(session, asked, item, signal));
  } else {
    if (!canChoose(session)) throw new EngineError(session.engine.name, "shows no logits to choose by");
    for (const item of asked.items) take(await answerChoices(session, item, signal));
  }
  return { task, taskSha256, kind, items };
}
