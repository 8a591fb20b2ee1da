import type { GenerateTrace } from "@quantlab/core";

/** What a block generates. */
export interface GenerationPlan {
  readonly warmups: number;
  readonly generations: number;
  readonly newTokens: number;
}

/** Fewer say nothing about the speed between them. */
const fewestTokens = 6;

/**
 * The part of the plan that fits into `leftMs` after a first generation of two tokens, at least one generation: first
 * fewer generations, then, with the short one as the only warm-up, fewer tokens. Null when all of it fits.
 */
export function cutToBudget(
  { warmups, generations, newTokens }: GenerationPlan,
  first: Pick<GenerateTrace, "startedAtMs" | "tokenAtMs">,
  budgetMs: number,
): GenerationPlan | null {
  const firstMs = first.tokenAtMs[0]!;
  // Of a prompt alone there is no second one.
  const secondMs = first.tokenAtMs[1] ?? firstMs;
  const [promptMs, tokenMs] = [firstMs - first.startedAtMs, secondMs - firstMs];
  const leftMs = budgetMs - (secondMs - first.startedAtMs);
  const fit = Math.floor(leftMs / (promptMs + (newTokens - 1) * tokenMs));
  if (fit >= warmups + generations) return null;
  if (fit > warmups) return { warmups, generations: fit - warmups, newTokens };
  const tokens = 1 + Math.floor((leftMs - promptMs) / tokenMs);
  return { warmups: 0, generations: 1, newTokens: Math.min(newTokens, Math.max(fewestTokens, tokens)) };
}

/** "cut to 1 generation of 6 tokens a block by its time budget": what a reader must know of such a block. */
export function cutNote({ generations, newTokens }: GenerationPlan): string {
  const what = `${generations} ${generations === 1 ? "generation" : "generations"} of ${newTokens} tokens`;
  return `cut to ${what} a block by its time budget`;
}
