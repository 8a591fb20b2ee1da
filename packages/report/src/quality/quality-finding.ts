import type { Result } from "@quantlab/core";
import { equalBytesSentences } from "./equal-bytes.ts";
import { importanceSentence, importanceTwins } from "./importance.ts";
import { isWhole, kAgainstLegacySentences } from "./k-against-legacy.ts";
import { beatenSentence, smallestSentence } from "./ladder.ts";
import { qualityArms } from "./quality-arms.ts";
import { tensorClassSentence } from "./tensor-classes.ts";

/** Fewer are told one by one. */
const many = 4;

/**
 * What many forms of one model cost in quality, as sentences; null where too few have a divergence. What is told
 * follows from the arms that there are: other backends ask who loses least at equal bytes, pairs with and without an
 * importance matrix what it and the kind of type change, and a ladder of types how far down one may go.
 */
export function qualityFinding(result: Result): string[] | null {
  const arms = qualityArms(result);
  if (arms.length < many) return null;
  const home = result.arms[result.baseline]!.backend;
  if (arms.some(({ arm }) => arm.backend !== home)) {
    return [...equalBytesSentences(result, arms), smallestSentence(result, arms)];
  }
  const whole = arms.filter(({ form }) => isWhole(form.classes));
  if (importanceTwins(whole).length < 2)
    return [smallestSentence(result, whole), beatenSentence(result, whole)];
  return [
    ...kAgainstLegacySentences(whole),
    ...[importanceSentence(whole), tensorClassSentence(arms)].filter((sentence) => sentence !== null),
  ];
}
