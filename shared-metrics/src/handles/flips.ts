import type { Metric, MetricHandle } from "@quantlab/core";
import { taskAnswers } from "../observers/task-answers.ts";
import { type JudgedTask, multipleChoiceOf, pairedAnswers } from "../paired-answers.ts";
import { noShare, shareOf } from "../share.ts";

/**
 * Share of the multiple-choice items that went from right to wrong or from wrong to right against the
 * reference, as in Dutta et al., "Accuracy is Not All You Need" (2024): two models of one accuracy may answer
 * quite different questions right. Without a value where nothing is compared.
 */
export const flips: MetricHandle = {
  name: "flips",
  label: "flipped answers",
  unit: "fraction",
  better: "lower",
  observers: [taskAnswers],
  summarise(blocks, reference = []) {
    if (blocks.length > 0 && blocks[0]!.arm === reference[0]?.arm) {
      return noShare("this is the reference that answers are held against");
    }
    const [before, after] = [multipleChoiceOf(reference), multipleChoiceOf(blocks)];
    if ("none" in after) return noShare(after.none);
    if ("none" in before) return noShare(`the reference has no answers: ${before.none}`);
    return flipped(before.found, after.found);
  },
  // A share of changes has no baseline to be a multiple of.
  compare: () => null,
};

/** Flips over the items that both answered, of every task together; `values` are those of each task. */
export function flipped(reference: readonly JudgedTask[], arm: readonly JudgedTask[]): Metric {
  const changed = pairedAnswers(reference, arm).map((pairs) =>
    pairs.map(({ before, after }) => before !== after),
  );
  return shareOf(changed, "the reference answered none of these items");
}
