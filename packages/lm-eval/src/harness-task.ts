import type { Json } from "@quantlab/core";
import { type AskedTask, delimiterOf, type Task } from "@quantlab/scoring";

/** A task as the harness is given it: its settings and its questions, in the words that this model reads. */
export interface HarnessTask {
  readonly task: string;
  readonly kind: Task["kind"];
  readonly settings: Json;
  readonly docs: readonly Json[];
}

/**
 * A task that was put to a session. Choices go without the space before them, which is the harness's delimiter; of each
 * the tokens are told, since the harness has no tokenizer. Questions go in the model's own chat template.
 */
export function harnessTask(task: Task, asked: AskedTask): HarnessTask {
  const { task: name, kind } = asked;
  if (asked.kind === "generation") {
    const docs = asked.items.map(({ item: { id, answer, accept }, chat }) => ({
      ...{ id, answer, accept },
      prompt: chat,
    }));
    return { task: name, kind, settings: { judge: asked.judge, newTokens: asked.newTokens }, docs };
  }
  const delimiter = delimiterOf(task);
  const docs = asked.items.map(({ item: { id, prompt, choices, answer }, choices: tokens }) => ({
    ...{ id, prompt, answer },
    choices: choices.map((each) => each.slice(delimiter.length)),
    tokens: tokens.map(({ length }) => length),
  }));
  return { task: name, kind, settings: { delimiter }, docs };
}
