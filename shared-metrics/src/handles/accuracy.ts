import type { Block, Metric, MetricHandle, TaskAnswers } from "@quantlab/core";
import { mean } from "d3-array";
import { claimed } from "../effect.ts";
import { taskAnswers } from "../observers/task-answers.ts";
import { multipleChoiceOf, pairedAnswers } from "../paired-answers.ts";
import { observed } from "../quality.ts";
import { noShare, shareOf } from "../share.ts";
import { bootstrapInterval } from "../statistics/bootstrap.ts";

/**
 * Share of all multiple-choice items answered right. Generated answers are another kind of question:
 * `taskAccuracies` has them.
 */
export const accuracy: MetricHandle = {
  name: "accuracy",
  label: "multiple-choice accuracy",
  unit: "fraction",
  better: "higher",
  observers: [taskAnswers],
  summarise(blocks) {
    const answers = multipleChoiceOf(blocks);
    return "none" in answers ? noShare(answers.none) : shareRight(answers.found);
  },
  compare(baseline, arm) {
    const [before, after] = [multipleChoiceOf(baseline), multipleChoiceOf(arm)];
    if ("none" in before || "none" in after) return null;
    const pairs = pairedAnswers(before.found, after.found).flat();
    const ratioOver = (drawn: readonly number[]) => {
      let [right, rightBefore] = [0, 0];
      for (const index of drawn) {
        right += Number(pairs[index]!.after);
        rightBefore += Number(pairs[index]!.before);
      }
      return right / rightBefore;
    };
    const ratio = ratioOver([...pairs.keys()]);
    const ci95 = bootstrapInterval(pairs.length, ratioOver);
    return ci95 && ratio > 0 && Number.isFinite(ci95[1]) ? claimed(ratio, ci95, 0) : null;
  },
};

/**
 * Share right in each task on its own, generated answers included, with Wilson's interval. Empty for random
 * weights.
 */
export function taskAccuracies(blocks: readonly Block[]): Record<string, Metric> {
  const tasks = observed(blocks, (block) => block.answers);
  if ("none" in tasks) return {};
  return Object.fromEntries(tasks.found.map((task) => [task.task, shareRight([task])]));
}

/** What guessing would get in each task, as `chanceOf` has it. */
export function taskChances(blocks: readonly Block[]): Record<string, number | null> {
  const tasks = observed(blocks, (block) => block.answers);
  if ("none" in tasks) return {};
  return Object.fromEntries(
    tasks.found.map(({ task, kind, items }) => {
      const choices = items.map((item) => item.choices);
      return [task, chanceOf(kind, choices)];
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

function shareRight(tasks: readonly TaskAnswers[]): Metric {
  const rights = tasks.map(({ items }) => items.map(({ correct }) => correct));
  return shareOf(rights, "the task has no items");
}
