import type { Block, Metric, MetricHandle, TaskAnswers } from "@quantlab/core";
import { mean } from "d3-array";
import { claimed } from "../effect.ts";
import { taskAnswers } from "../observers/task-answers.ts";
import { multipleChoiceOf, pairedItems } from "../paired-answers.ts";
import { observed } from "../quality.ts";
import { bootstrapInterval } from "../statistics/bootstrap.ts";
import { wilsonInterval } from "../statistics/wilson.ts";

const unit = "fraction";

/**
 * Share of all multiple-choice items answered right. Generated answers are another kind of question:
 * `taskAccuracies` has them.
 */
export const accuracy: MetricHandle = {
  name: "accuracy",
  label: "multiple-choice accuracy",
  unit,
  better: "higher",
  observers: [taskAnswers],
  summarise(blocks) {
    const answers = multipleChoiceOf(blocks);
    if ("none" in answers) return { unit, value: null, reason: answers.none };
    return fraction(answers.found, answers.found.map(shareRight));
  },
  compare(baseline, arm) {
    const [before, after] = [multipleChoiceOf(baseline), multipleChoiceOf(arm)];
    if ("none" in before || "none" in after) return null;
    const pairs = pairedItems(before.found, after.found);
    const ratioOver = (drawn: readonly number[]) => {
      let [right, rightBefore] = [0, 0];
      for (const index of drawn) {
        right += Number(pairs[index]!.arm.correct);
        rightBefore += Number(pairs[index]!.baseline.correct);
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
  return Object.fromEntries(tasks.found.map((task) => [task.task, fraction([task], [shareRight(task)])]));
}

/** What guessing would get in each task: the mean of 1 / choices; null where the answer is generated. */
export function taskChances(blocks: readonly Block[]): Record<string, number | null> {
  const tasks = observed(blocks, (block) => block.answers);
  if ("none" in tasks) return {};
  return Object.fromEntries(
    tasks.found.map(({ task, kind, items }) => {
      const guessed = mean(items, (item) => 1 / item.choices) ?? null;
      return [task, kind === "multiple-choice" ? guessed : null];
    }),
  );
}

function fraction(tasks: readonly TaskAnswers[], values: readonly number[]): Metric {
  const items = tasks.flatMap((task) => task.items);
  if (items.length === 0) return { unit, value: null, reason: "the task has no items" };
  const right = items.filter((item) => item.correct).length;
  return {
    unit,
    statistic: "mean",
    value: right / items.length,
    ci95: wilsonInterval(right, items.length),
    values,
  };
}

function shareRight(task: TaskAnswers): number {
  return task.items.filter((item) => item.correct).length / task.items.length;
}
