import type { MetricHandle } from "@quantlab/core";
import { flipped, multipleChoiceOf } from "../answers.ts";
import { share } from "../displays.ts";
import { noShare } from "../share.ts";

/**
 * Share of the multiple-choice items that went from right to wrong or from wrong to right against the
 * reference, as in Dutta et al., "Accuracy is Not All You Need" (2024): two models of one accuracy may answer
 * quite different questions right. Without a value where nothing is compared.
 */
export const flips: MetricHandle = {
  name: "flips",
  unit: "fraction",
  better: "lower",
  display: { ...share, heading: "Flipped answers", noun: "flipped answers", more: "worse", less: "better" },
  scenario: "score",
  needs: { answers: true },
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
