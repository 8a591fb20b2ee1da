import type { MetricHandle } from "@quantlab/core";
import { multipleChoiceOf, pairedAnswers } from "../answers.ts";
import { share } from "../displays.ts";
import { claimed } from "../effect.ts";
import { noShare, shareRight } from "../share.ts";
import { bootstrapInterval } from "../statistics/bootstrap.ts";

/**
 * Share of all multiple-choice items answered right. Generated answers are another kind of question:
 * `taskAccuracies` has them.
 */
export const accuracy: MetricHandle = {
  name: "accuracy",
  unit: "fraction",
  better: "higher",
  display: {
    ...share,
    heading: "Multiple-choice accuracy",
    noun: "multiple-choice accuracy",
    told: { headline: "skill", as: "answers {} as many multiple-choice questions right" },
  },
  scenario: "score",
  needs: { answers: true },
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
    return ci95 && ratio > 0 && Number.isFinite(ci95[1]) ? claimed(ratio, ci95) : null;
  },
};
