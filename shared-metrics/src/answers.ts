import type { Block, Metric } from "@quantlab/core";
import type { TaskAnswers } from "@quantlab/scoring";
import { mean } from "d3-array";
import { scored } from "./quality.ts";
import { shareOf, shareRight } from "./share.ts";

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

/** The multiple-choice tasks that an arm answered, all of them, or in words why there are none. */
export function multipleChoiceOf(blocks: readonly Block[]) {
  return scored(blocks, ({ answers, unanswered }) => {
    if (unanswered !== undefined) return null;
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

/** Flips over the items that both answered, of every task together; `values` are those of each task. */
export function flipped(reference: readonly JudgedTask[], arm: readonly JudgedTask[]): Metric {
  const changed = pairedAnswers(reference, arm).map((pairs) =>
    pairs.map(({ before, after }) => before !== after),
  );
  return shareOf(changed, "the reference answered none of these items");
}

/**
 * Share right in each task on its own, generated answers included, with Wilson's interval. Empty for random
 * weights.
 */
export function taskAccuracies(blocks: readonly Block[]): Record<string, Metric> {
  return Object.fromEntries(answersOf(blocks).map((task) => [task.task, shareRight([task])]));
}

/** The items of each task, and what guessing would get of them, as `chanceOf` has it. */
export function taskFacts(
  blocks: readonly Block[],
): Record<string, { items: number; chance: number | null }> {
  return Object.fromEntries(
    answersOf(blocks).map(({ task, kind, items }) => {
      const choices = items.map((item) => item.choices);
      return [task, { items: items.length, chance: chanceOf(kind, choices) }];
    }),
  );
}

/**
 * What guessing would get of items with so many choices each: the mean of 1 / choices; null where the answer is
 * generated, and without items.
 */
export function chanceOf(kind: TaskAnswers["kind"], choices: readonly number[]): number | null {
  return kind === "generation" ? null : (mean(choices, (count) => 1 / count) ?? null);
}

function answersOf(blocks: readonly Block[]): readonly TaskAnswers[] {
  const tasks = scored(blocks, ({ answers }) => answers);
  return "none" in tasks ? [] : tasks.found;
}
