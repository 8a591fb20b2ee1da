import { type TextSession, writtenText } from "@quantlab/core";
import type { ItemAnswer } from "../scores.ts";
import type { QuestionItems } from "../tasks/task.ts";
import type { AskedQuestion } from "./asked-task.ts";
import { isRight } from "./judge.ts";

/** Has the model write its answer, greedily, and judges it as its task says. */
export async function answerQuestion(
  session: TextSession,
  { judge, newTokens }: Pick<QuestionItems, "judge" | "newTokens">,
  { item, promptIds }: AskedQuestion,
  signal: AbortSignal,
): Promise<ItemAnswer> {
  const trace = await session.generate(
    { promptIds, newTokens, sampling: "greedy", stopAtEndOfText: true },
    signal,
  );
  const output = await writtenText(session, trace);
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
