import { promptText, type TextSession } from "@quantlab/core";
import type { ItemAnswer } from "../scores.ts";
import type { Judge, QuestionItem, QuestionItems } from "../tasks/task.ts";

/** Asks the question in chat, greedily, and judges the answer as its task says. */
export async function answerQuestion(
  session: TextSession,
  { judge, newTokens }: Pick<QuestionItems, "judge" | "newTokens">,
  item: QuestionItem,
  signal: AbortSignal,
): Promise<ItemAnswer> {
  const chat = await session.formatChat([{ role: "user", content: item.question }]);
  const promptIds = await session.tokenize(chat, promptText);
  const trace = await session.generate(
    { promptIds, newTokens, sampling: "greedy", stopAtEndOfText: true },
    signal,
  );
  const output = await session.detokenize(Int32Array.from(trace.tokenIds));
  return {
    id: item.id,
    choices: 1,
    correct: isRight(output, item.accept, judge),
    chosen: null,
    logLikelihoods: [],
    tokens: [],
    output,
  };
}

export function isRight(output: string, accept: readonly string[], judge: Judge): boolean {
  if (judge === "wording") return containsAny(output, accept);
  const last = lastNumber(output);
  return last !== null && accept.some((wording) => Number(wording) === last);
}

/** The last number in a text, thousands with or without commas; null when there is none. */
export function lastNumber(text: string): number | null {
  const numbers = text.match(/(?<![\d.])-?(?:\d[\d,]*)?\.?\d+/g);
  const last = numbers?.at(-1);
  return last === undefined ? null : Number(last.replaceAll(",", ""));
}

/**
 * True when `text` holds one of `wordings` as whole words, whatever the case: "cat" is not in "category".
 */
export function containsAny(text: string, wordings: readonly string[]): boolean {
  return wordings.some((wording) =>
    new RegExp(`(?<![\\p{L}\\p{N}])${RegExp.escape(wording)}(?![\\p{L}\\p{N}])`, "iu").test(text),
  );
}
