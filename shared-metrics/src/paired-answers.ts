import type { Block } from "@quantlab/core";
import { observed } from "./quality.ts";

/** Answers to the items of one task that were judged. */
export interface JudgedTask {
  readonly task: string;
  readonly taskSha256: string;
  readonly items: readonly { readonly id: string; readonly correct: boolean }[];
}

/** Whether an item was answered right in the baseline, and in the arm. */
export interface AnswerPair {
  readonly before: boolean;
  readonly after: boolean;
}

/** The multiple-choice tasks that an arm answered, or in words why there are none. */
export function multipleChoiceOf(blocks: readonly Block[]) {
  return observed(blocks, ({ answers }) => {
    const tasks = (answers ?? []).filter((task) => task.kind === "multiple-choice" && task.items.length > 0);
    return tasks.length > 0 ? tasks : null;
  });
}

/** Of each of the arm's tasks the items that both answered, from task files with the same bytes; in the arm's order. */
export function pairedAnswers(baseline: readonly JudgedTask[], arm: readonly JudgedTask[]): AnswerPair[][] {
  const key = ({ task, taskSha256 }: JudgedTask, id: string) => `${taskSha256} ${task} ${id}`;
  const rights = new Map(
    baseline.flatMap((task) => task.items.map(({ id, correct }) => [key(task, id), correct] as const)),
  );
  return arm.map((task) =>
    task.items.flatMap(({ id, correct: after }) => {
      const before = rights.get(key(task, id));
      return before === undefined ? [] : [{ before, after }];
    }),
  );
}
