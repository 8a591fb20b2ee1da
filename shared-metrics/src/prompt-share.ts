import { sum } from "d3-array";
import { furtherUnits } from "./further-units.ts";
import { bootstrapInterval, type Interval } from "./statistics/bootstrap.ts";
import { clusteredShareInterval } from "./statistics/clustered-share.ts";

/** What a candidate makes of one answer: sums over its tokens, of which there is one at least. */
export interface AnswerSums {
  readonly tokens: number;
  /** At which its own choice is another one. */
  readonly flips: number;
  /** In nats. */
  readonly kld: number;
}

/** The share of other choices up to which two models count as the same on somebody's prompts, unless said: one token in 20. */
export const promptMargin = 0.05;

/** Fewer show too little of how prompts differ. */
export const fewestPrompts = 10;

/** Looks at the figures while prompts are answered, the last one included. */
const mostLooks = 5;

/**
 * After how many answers the verdict is looked for: in even steps from the fewest to all. Each look may be wrong, and all
 * together are to be wrong in 5% at most, so each has its part of that (Bonferroni's inequality, which holds whatever the
 * looks have in common).
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
  /** "same": fewer other choices than the margin were shown; "differs": more. */
  readonly verdict: "same" | "differs" | "undecided";
  /** What it rests on: `clusteredShareInterval` of the other choices. Null below the fewest prompts. */
  readonly decisive: { readonly level: number; readonly interval: Interval } | null;
}

/** One look at the answers so far, of so many that were planned. Both ways to be wrong have half of the look's part. */
export function verdictOn(
  answers: readonly AnswerSums[],
  looks: number,
  margin = promptMargin,
): PromptVerdict {
  if (answers.length < fewestPrompts) return { verdict: "undecided", decisive: null };
  const tail = 0.025 / looks;
  const interval = clusteredShareInterval(
    answers.map(({ tokens, flips }) => ({ units: tokens, counted: flips })),
    tail,
  )!;
  const verdict = interval[1] < margin ? "same" : interval[0] > margin ? "differs" : "undecided";
  return { verdict, decisive: { level: 1 - 2 * tail, interval } };
}

/** A sum over all tokens divided by their number, with its 95% interval over prompts: tokens of one answer are alike. */
export function perToken(
  answers: readonly AnswerSums[],
  of: "flips" | "kld",
): { readonly value: number; readonly ci95: Interval | null } {
  return { value: ratioOf(answers, of), ci95: intervalOf(answers, of) };
}

/** How many more prompts would probably decide it; null where nobody can tell. */
export function furtherPrompts(answers: readonly AnswerSums[], margin = promptMargin): number | null {
  const { value, ci95 } = perToken(answers, "flips");
  const least = fewestPrompts - answers.length;
  if (!ci95) return least;
  const further = furtherUnits((ci95[1] - ci95[0]) / 2, answers.length, Math.abs(value - margin));
  return further === null ? null : Math.max(further, least);
}

const ratioOf = (answers: readonly AnswerSums[], of: "flips" | "kld") =>
  sum(answers, (answer) => answer[of]) / sum(answers, ({ tokens }) => tokens);

function intervalOf(answers: readonly AnswerSums[], of: "flips" | "kld"): Interval | null {
  return bootstrapInterval(
    answers.length,
    (drawn) => sum(drawn, (index) => answers[index]![of]) / sum(drawn, (index) => answers[index]!.tokens),
  );
}
