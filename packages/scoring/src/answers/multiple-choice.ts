import { maxIndex } from "d3-array";
import type { ItemAnswer } from "../scores.ts";
import type { ChoosingSession } from "../texts/sequence-score.ts";
import type { AskedChoices } from "./asked-task.ts";
import { continuationScore } from "./continuation-score.ts";

/**
 * Scores every choice as ln p(its tokens | prompt) and takes the one with the highest mean over its tokens.
 * The mean, because choices differ in length ("9" against "101") and a plain sum would favour the shorter;
 * the sums and token counts are kept, so either can be reported.
 */
export async function answerChoices(
  session: ChoosingSession,
  { item, promptIds, choices }: AskedChoices,
  signal: AbortSignal,
): Promise<ItemAnswer> {
  const logLikelihoods: number[] = [];
  for (const ids of choices) {
    logLikelihoods.push((await continuationScore(session, { promptIds, ids }, signal)).logLikelihood);
  }
  const tokens = choices.map(({ length }) => length);
  const chosen = maxIndex(tokens, (count, index) => logLikelihoods[index]! / count);
  return {
    id: item.id,
    choices: choices.length,
    correct: chosen === item.answer,
    chosen,
    logLikelihoods,
    tokens,
    output: null,
  };
}
