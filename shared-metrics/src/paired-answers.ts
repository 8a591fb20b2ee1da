import type { Block, TaskAnswers } from "@quantlab/core";
import { observed } from "./quality.ts";

export type Answer = TaskAnswers["items"][number];

/** The multiple-choice tasks that an arm answered, or in words why there are none. */
export function multipleChoiceOf(blocks: readonly Block[]) {
  return observed(blocks, ({ answers }) => {
    const tasks = (answers ?? []).filter((task) => task.kind === "multiple-choice" && task.items.length > 0);
    return tasks.length > 0 ? tasks : null;
  });
}

/** Items that both arms answered, from task files with the same bytes; in the arm's order. */
export function pairedItems(
  baseline: readonly TaskAnswers[],
  arm: readonly TaskAnswers[],
): { readonly baseline: Answer; readonly arm: Answer }[] {
  const key = (task: TaskAnswers, item: Answer) => `${task.taskSha256} ${task.task} ${item.id}`;
  const before = new Map(
    baseline.flatMap((task) => task.items.map((item) => [key(task, item), item] as const)),
  );
  return arm.flatMap((task) =>
    task.items.flatMap((item) => {
      const other = before.get(key(task, item));
      return other === undefined ? [] : [{ baseline: other, arm: item }];
    }),
  );
}
