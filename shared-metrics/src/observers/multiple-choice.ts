import { BadFileError, type TaskAnswers } from "@quantlab/core";
import { maxIndex } from "d3-array";
import type { ChoiceItem } from "../tasks/task.ts";
import { type ScoringSession, tokenLogProbabilities } from "./sequence-score.ts";

type Answer = TaskAnswers["items"][number];

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
): Promise<Answer> {
  const prompt = await session.tokenize(item.prompt, { special: true });
  const logLikelihoods: number[] = [];
  const tokens: number[] = [];
  for (const choice of item.choices) {
    const joint = await session.tokenize(item.prompt + choice, { special: true });
    if (joint.length <= prompt.length || prompt.some((id, index) => joint[index] !== id)) {
      throw new BadFileError(
        file,
        `"${item.id}": the choice ${JSON.stringify(choice)} changes the tokens of its prompt`,
        "begin the choice where a token begins: with a space or on a new line",
      );
    }
    const request = { ids: joint, from: prompt.length - 1, reusePrefix: true };
    const logs = await tokenLogProbabilities(session, request, signal);
    logLikelihoods.push(logs.reduce((total, log) => total + log, 0));
    tokens.push(logs.length);
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
