import type { EvaluatedAnswer } from "@quantlab/core";
import type { Task } from "@quantlab/scoring";

/** One task of a file, answered; null answers where the engine shows no logits to choose by. */
export interface AnsweredTask extends Pick<Task, "task" | "taskSha256" | "kind" | "layout"> {
  readonly answers: readonly EvaluatedAnswer[] | null;
}

export function answeredTask(
  { task, taskSha256, kind, layout }: Task,
  answers: AnsweredTask["answers"],
): AnsweredTask {
  return { task, taskSha256, kind, layout, answers };
}
