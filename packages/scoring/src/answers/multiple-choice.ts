import { promptText } from "@quantlab/core";
import { maxIndex } from "d3-array";
import type { ItemAnswer } from "../scores.ts";
import type { ChoiceItem } from "../tasks/task.ts";
import type { ScoringSession } from "../texts/sequence-score.ts";
import { continuationScore } from "./continuation-score.ts";

/**
 * Scores every choice as ln p(its tokens | prompt) and takes the one with the highest mean over its tokens.
 * The mean, because choices differ in length ("9" against "101") and a plain sum would favour the shorter;
 * the sums and token counts are kept, so either can be reported. Throws a BadFileError when a choice
 * changes how the prompt is tokenised.
 */
export async function answerChoices(
  session: ScoringSession,
  item: ChoiceItem,
  file: string,
  signal: AbortSignal,
): Promise<ItemAnswer> {
  const promptIds = await session.tokenize(item.prompt, promptText);
  const logLikelihoods: number[] = [];
  const tokens: number[] = [];
  for (const text of item.choices) {
    const asked = { prompt: item.prompt, promptIds, text };
    const score = await continuationScore(session, asked, { file, id: item.id }, signal);
    logLikelihoods.push(score.logLikelihood);
    tokens.push(score.tokens);
  }
  const chosen = maxIndex(item.choices, (_, index) => logLikelihoods[index]! / tokens[index]!);
  return {
    id: item.id,
    choices: item.choices.length,
    correct: chosen === item.answer,
    chosen,
    logLikelihoods,
    tokens,
    output: null,
  };
}
