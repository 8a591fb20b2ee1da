import type { Metric, MetricHandle, TaskAnswers } from "@quantlab/core";
import { taskAnswers } from "../observers/task-answers.ts";
import { multipleChoiceOf, pairedItems } from "../paired-answers.ts";
import { wilsonInterval } from "../statistics/wilson.ts";

const unit = "fraction";

/**
 * Share of the multiple-choice items that went from right to wrong or from wrong to right against the
 * reference, as in Dutta et al., "Accuracy is Not All You Need" (2024): two models of one accuracy may answer
 * quite different questions right. Without a value where nothing is compared.
 */
export const flips: MetricHandle = {
  name: "flips",
  label: "flipped answers",
  unit,
  better: "lower",
  observers: [taskAnswers],
  summarise(blocks, reference = []) {
    const none = (reason: string): Metric => ({ unit, value: null, reason });
    if (blocks.length > 0 && blocks[0]!.arm === reference[0]?.arm) {
      return none("this is the reference that answers are held against");
    }
    const [before, after] = [multipleChoiceOf(reference), multipleChoiceOf(blocks)];
    if ("none" in after) return none(after.none);
    if ("none" in before) return none(`the reference has no answers: ${before.none}`);
    return flipped(before.found, after.found);
  },
  // A share of changes has no baseline to be a multiple of.
  compare: () => null,
};

/** Flips over the items that both answered, of every task together; `values` are those of each task. */
export function flipped(reference: readonly TaskAnswers[], arm: readonly TaskAnswers[]): Metric {
  const perTask = arm
    .map((task) => pairedItems(reference, [task]))
    .filter((pairs) => pairs.length > 0)
    .map((pairs) => ({
      items: pairs.length,
      changed: pairs.filter((pair) => pair.arm.correct !== pair.baseline.correct).length,
    }));
  if (perTask.length === 0)
    return { unit, value: null, reason: "the reference answered none of these items" };
  const items = perTask.reduce((total, task) => total + task.items, 0);
  const changed = perTask.reduce((total, task) => total + task.changed, 0);
  return {
    unit,
    statistic: "mean",
    value: changed / items,
    ci95: wilsonInterval(changed, items),
    values: perTask.map((task) => task.changed / task.items),
  };
}
