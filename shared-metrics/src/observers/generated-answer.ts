import type { Session, TaskAnswers } from "@quantlab/core";
import type { QuestionItem } from "./task-file.ts";

/** Enough for an answer of a sentence or two. */
const ANSWER_TOKENS = 40;

/**
 * Asks the question in chat, greedily, up to 40 tokens; right when the answer contains an accepted wording.
 */
export async function answerQuestion(
  session: Session,
  item: QuestionItem,
  signal: AbortSignal,
): Promise<TaskAnswers["items"][number]> {
  const chat = await session.formatChat([{ role: "user", content: item.question }]);
  const promptIds = await session.tokenize(chat, { special: true });
  const trace = await session.generate(
    { promptIds, newTokens: ANSWER_TOKENS, sampling: "greedy", stopAtEndOfText: true },
    signal,
  );
  const output = await session.detokenize(Int32Array.from(trace.tokenIds));
  return {
    id: item.id,
    choices: 1,
    correct: containsAny(output, item.accept),
    chosen: null,
    logLikelihoods: [],
    tokens: [],
    output,
  };
}

/**
 * True when `text` holds one of `wordings` as whole words, whatever the case: "cat" is not in "category".
 */
export function containsAny(text: string, wordings: readonly string[]): boolean {
  return wordings.some((wording) =>
    new RegExp(`(?<![\\p{L}\\p{N}])${RegExp.escape(wording)}(?![\\p{L}\\p{N}])`, "iu").test(text),
  );
}
