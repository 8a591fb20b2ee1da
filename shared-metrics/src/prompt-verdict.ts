import { sum } from "d3-array";
import { furtherUnits } from "./further-units.ts";
import { samenessMargin } from "./sameness.ts";
import { bootstrapInterval, type Interval } from "./statistics/bootstrap.ts";
import { clusteredMeanInterval } from "./statistics/clustered-mean.ts";

/** What a candidate makes of one answer: sums over its tokens, of which there is one at least. */
export interface AnswerSums {
  readonly tokens: number;
  /** KL(reference ‖ candidate), in nats. */
  readonly kld: number;
  /** Tokens at which its own choice is another one. */
  readonly flips: number;
}

/** Fewer show too little of how prompts differ. */
export const fewestPrompts = 10;

/**
 * What all looks together may be wrong in, either way: half of 2.5%. Of few prompts the interval of so skewed a mean is wrong
 * more often than it says: simulated, where the truth is the margin itself, all looks together say "the same" in 3 to 5% of
 * files, and in 10% where a few tokens hold nearly all of the divergence.
 */
const tailOfAll = 0.0125;

/** How often the verdict is looked for while prompts are answered, the end included. */
const mostLooks = 5;

/**
 * After how many answers the verdict is looked for: in even steps from the fewest to all. Each look may be wrong, so each has
 * its part of what all may be wrong in (Bonferroni's inequality, which holds whatever the looks have in common; Jennison and
 * Turnbull, "Group Sequential Methods", 1999, have less cautious ones).
 */
export function plannedLooks(prompts: number): number[] {
  if (prompts <= fewestPrompts) return [prompts];
  const steps = mostLooks - 1;
  const looks = Array.from({ length: mostLooks }, (_, step) =>
    Math.round(fewestPrompts + ((prompts - fewestPrompts) * step) / steps),
  );
  return [...new Set(looks)];
}

export interface PromptVerdict {
  /** "same": the mean divergence is surely below ln(1 + margin); "differs": surely above. */
  readonly verdict: "same" | "differs" | "undecided";
  /** What it rests on: `clusteredMeanInterval` of the divergence, in nats. Null below the fewest prompts. */
  readonly decisive: { readonly level: number; readonly interval: Interval } | null;
}

/**
 * One look at the answers so far, of so many that are planned; both ways to be wrong have half of the look's part.
 *
 * exp(mean divergence) is how much larger the candidate's perplexity would be on what the reference says than the
 * reference's own: KL(p ‖ q) is the mean of ln p − ln q over what p says. So the margin is one of perplexity: 2% are 0.0198
 * nats a token.
 */
export function verdictOn(
  answers: readonly AnswerSums[],
  looks: number,
  margin = samenessMargin,
): PromptVerdict {
  if (answers.length < fewestPrompts) return { verdict: "undecided", decisive: null };
  const tail = tailOfAll / looks;
  const clusters = answers.map(({ tokens, kld }) => ({ units: tokens, total: kld }));
  const interval = clusteredMeanInterval(clusters, tail)!;
  const limit = Math.log1p(margin);
  const verdict = interval[1] < limit ? "same" : interval[0] > limit ? "differs" : "undecided";
  return { verdict, decisive: { level: 1 - 2 * tail, interval } };
}

/** A sum over all tokens divided by their number, with a 95% interval bootstrapped by prompt: tokens of one answer are alike. */
export function perToken(
  answers: readonly AnswerSums[],
  of: "flips" | "kld",
): { readonly value: number; readonly ci95: Interval | null } {
  const over = (drawn: readonly number[]) =>
    sum(drawn, (index) => answers[index]![of]) / sum(drawn, (index) => answers[index]!.tokens);
  return { value: over([...answers.keys()]), ci95: bootstrapInterval(answers.length, over) };
}

/** How many more prompts would probably decide it; null where nobody can tell. */
export function furtherPrompts(answers: readonly AnswerSums[], margin = samenessMargin): number | null {
  const { value, ci95 } = perToken(answers, "kld");
  const least = fewestPrompts - answers.length;
  if (!ci95) return Math.max(1, least);
  const further = furtherUnits((ci95[1] - ci95[0]) / 2, answers.length, Math.abs(value - Math.log1p(margin)));
  return further === null ? null : Math.max(further, least);
}
