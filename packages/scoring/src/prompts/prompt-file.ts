import { BadFileError, type ChatMessage, readText, sha256 } from "@quantlab/core";
import { TaskLine } from "../tasks/task-line.ts";

/** What a line of a prompts file asks: a conversation, or a text that goes in as it is. */
export type Prompt = { readonly line: number } & (
  | { readonly messages: readonly ChatMessage[] }
  | { readonly text: string }
);

export interface PromptFile {
  readonly file: string;
  readonly sha256: string;
  /** In the order of the file, each once. */
  readonly prompts: readonly Prompt[];
  /** Lines that say the same as an earlier one, which stands for them. */
  readonly repeated: readonly { readonly line: number; readonly of: number }[];
}

const roles = ["system", "user", "assistant"] as const;

/**
 * Reads JSON lines with a "prompt" or with "messages" each; what else they hold is theirs. A prompt is a user's message, or,
 * with `raw`, a text without any template. Throws a BadFileError that names line and field, and for a file without prompts.
 */
export async function readPrompts(file: string, { raw }: { readonly raw: boolean }): Promise<PromptFile> {
  const text = await readText(file);
  const first = new Map<string, number>();
  const prompts: Prompt[] = [];
  const repeated: { line: number; of: number }[] = [];
  for (const line of TaskLine.all(file, text)) {
    const asked = raw ? { text: rawText(line) } : { messages: messagesOf(line) };
    const key = JSON.stringify(asked);
    const of = first.get(key);
    if (of === undefined) prompts.push({ line: line.number, ...asked });
    else repeated.push({ line: line.number, of });
    first.set(key, of ?? line.number);
  }
  if (prompts.length === 0) {
    throw new BadFileError(file, "has no prompts", 'write a line for each: {"prompt": "What is inflation?"}');
  }
  return { file, sha256: sha256(text), prompts, repeated };
}

function rawText(line: TaskLine): string {
  if (line.has("messages"))
    throw line.broken('"messages" need the chat template, and prompts were to go in as they are');
  return line.text("prompt");
}

function messagesOf(line: TaskLine): readonly ChatMessage[] {
  if (!line.has("messages")) return [{ role: "user", content: line.text("prompt") }];
  if (line.has("prompt")) throw line.broken('has both "prompt" and "messages"');
  return line.listWithin("messages", 1).map((message) => {
    const role = roles.find((name) => name === message.value("role"));
    if (role === undefined) throw message.bad("role", `must be one of ${roles.join(", ")}`);
    return { role, content: message.text("content") };
  });
}
