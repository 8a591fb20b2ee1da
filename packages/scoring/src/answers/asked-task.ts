import { BadFileError, promptText, QuantlabError, type TextSession } from "@quantlab/core";
import { maxIndex } from "d3-array";
import type { ChoiceItem, QuestionItem, QuestionItems, Task } from "../tasks/task.ts";
import { canChoose } from "../texts/sequence-score.ts";
import { continuationIds } from "./continuation-score.ts";

/** A question with choices in one model's tokens. */
export interface AskedChoices {
  readonly item: ChoiceItem;
  readonly promptIds: Int32Array;
  /** Tokens of each choice behind the prompt. */
  readonly choices: readonly Int32Array[];
}

/** A question in one model's chat template and tokens. */
export interface AskedQuestion {
  readonly item: QuestionItem;
  readonly chat: string;
  readonly promptIds: Int32Array;
}

/** A task as one model is asked it: whatever of its items the model cannot be asked has been refused. */
export type AskedTask = Pick<Task, "task" | "taskSha256"> &
  (
    | { readonly kind: "multiple-choice"; readonly items: readonly AskedChoices[] }
    | ({ readonly kind: "generation"; readonly items: readonly AskedQuestion[] } & Pick<
        QuestionItems,
        "judge" | "newTokens"
      >)
  );

export interface AskOptions {
  /** At most so many items, from the beginning; all unless said. */
  readonly most?: number;
  /** Tokens that fit into a context whose size was given, and so does not grow. */
  readonly contextSize?: number | undefined;
}

/**
 * Puts a task into a session's tokens before anything is computed, or null when the session shows no logits and would
 * have to choose. Throws a BadFileError for a choice that changes how its prompt is tokenised and for a question that does
 * not fit the context with its answer, and what the model's chat template throws with the question's file and id.
 */
export async function askTask(
  session: TextSession,
  task: Task,
  { most = Number.POSITIVE_INFINITY, contextSize }: AskOptions = {},
): Promise<AskedTask | null> {
  const { task: name, taskSha256, file } = task;
  if (task.kind === "generation") {
    const { judge, newTokens } = task;
    const items: AskedQuestion[] = [];
    for (const item of task.items.slice(0, most)) items.push(await askedQuestion(session, item, file));
    if (contextSize !== undefined) requireRoom(items, newTokens, contextSize, file);
    return { task: name, taskSha256, kind: task.kind, judge, newTokens, items };
  }
  if (!canChoose(session)) return null;
  const items: AskedChoices[] = [];
  for (const item of task.items.slice(0, most)) items.push(await askedChoices(session, item, file));
  return { task: name, taskSha256, kind: task.kind, items };
}

async function askedChoices(session: TextSession, item: ChoiceItem, file: string): Promise<AskedChoices> {
  const promptIds = await session.tokenize(item.prompt, promptText);
  const choices: Int32Array[] = [];
  for (const text of item.choices)
    choices.push(
      await continuationIds(session, { prompt: item.prompt, promptIds, text }, { file, id: item.id }),
    );
  return { item, promptIds, choices };
}

async function askedQuestion(session: TextSession, item: QuestionItem, file: string): Promise<AskedQuestion> {
  const chat = await chatOf(session, item, file);
  return { item, chat, promptIds: await session.tokenize(chat, promptText) };
}

async function chatOf(session: TextSession, { id, question }: QuestionItem, file: string): Promise<string> {
  try {
    return await session.formatChat([{ role: "user", content: question }]);
  } catch (cause) {
    if (!(cause instanceof QuantlabError)) throw cause;
    const { code, message, exitCode } = cause;
    const remedy =
      code === "NO_CHAT_TEMPLATE" ? "choose an instruct model, or leave this task out" : cause.remedy;
    const problem = `${file}: "${id}" is asked in chat, and ${message}`;
    throw new QuantlabError(code, problem, { remedy, exitCode, cause });
  }
}

function requireRoom(
  items: readonly AskedQuestion[],
  newTokens: number,
  contextSize: number,
  file: string,
): void {
  const longest = items[maxIndex(items, ({ promptIds }) => promptIds.length)];
  const needed = (longest?.promptIds.length ?? 0) + newTokens;
  if (!longest || needed <= contextSize) return;
  throw new BadFileError(
    file,
    `"${longest.item.id}": prompt and answer need ${needed} places, the context has ${contextSize}`,
    `set contextSize to ${needed} or more`,
  );
}
