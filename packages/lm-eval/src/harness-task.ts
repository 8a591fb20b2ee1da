import { type Json, promptText, type TextSession } from "@quantlab/core";
import { delimiterOf, type Task } from "@quantlab/scoring";

/** A task as the harness is given it: its settings and its questions, in the words that this model reads. */
export interface HarnessTask {
  readonly task: string;
  readonly kind: Task["kind"];
  readonly settings: Json;
  readonly docs: readonly Json[];
}

/**
 * The first `most` items of a task. Choices go without the space before them, which is the harness's delimiter; of
 * each the tokens are told, since the harness has no tokenizer. Questions go in the model's own chat template.
 */
export async function harnessTask(session: TextSession, task: Task, most: number): Promise<HarnessTask> {
  const { task: name, kind } = task;
  const docs: Json[] = [];
  if (task.kind === "generation") {
    for (const { id, question, answer, accept } of task.items.slice(0, most)) {
      const prompt = await session.formatChat([{ role: "user", content: question }]);
      docs.push({ id, prompt, answer, accept });
    }
    return { task: name, kind, settings: { judge: task.judge, newTokens: task.newTokens }, docs };
  }
  const delimiter = delimiterOf(task);
  const tokensOf = async (text: string) => (await session.tokenize(text, promptText)).length;
  for (const { id, prompt, choices, answer } of task.items.slice(0, most)) {
    const before = await tokensOf(prompt);
    const tokens: number[] = [];
    for (const choice of choices) tokens.push((await tokensOf(prompt + choice)) - before);
    docs.push({ id, prompt, choices: choices.map((each) => each.slice(delimiter.length)), tokens, answer });
  }
  return { task: name, kind, settings: { delimiter }, docs };
}
