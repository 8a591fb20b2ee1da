import { type Json, promptText, type TemplateMessage, type TextSession, type Tool } from "@quantlab/core";
import { Problem } from "./problem.ts";
import type { RequestMessage } from "./requests.ts";

/** Between two tokens: a character of nobody's alphabet, at which the rendered text is cut. */
const seam = "\uE0FF";

/** As chat templates read them. Throws a Problem for arguments of a call that are no JSON. */
export function messagesFrom(messages: readonly RequestMessage[]): TemplateMessage[] {
  return messages.map((message) => {
    const { content: given } = message;
    const content = typeof given === "string" ? given : (given ?? []).map(({ text }) => text).join("");
    if (message.role === "tool")
      return { role: "tool", content, ...(message.name && { name: message.name }) };
    if (message.role !== "assistant") return { role: message.role === "user" ? "user" : "system", content };
    if (!message.tool_calls) return { role: "assistant", content };
    const tool_calls = message.tool_calls.map(({ type, function: { name, arguments: typed } }) => ({
      type,
      function: { name, arguments: argumentsFrom(typed) },
    }));
    return { role: "assistant", content, tool_calls };
  });
}

function argumentsFrom(typed: string): Json {
  try {
    return JSON.parse(typed);
  } catch {
    throw new Problem(400, "invalid_request", "the arguments of a call in messages are no JSON", {
      param: "messages",
    });
  }
}

/**
 * The conversation in the model's chat template, as tokens. Special tokens are the template's alone: what somebody spells
 * like one is text, so that no message can end its own turn and speak as another. Throws a Problem where the template has
 * no place for tools that are offered.
 */
export async function chatIds(
  session: TextSession,
  messages: readonly TemplateMessage[],
  tools?: readonly Tool[],
): Promise<Int32Array> {
  const guarded = await Promise.all(messages.map((message) => guardedMessage(session, message)));
  const text = await session.formatChat(guarded, tools);
  if (tools && text === (await session.formatChat(guarded)))
    throw new Problem(400, "no_tools", "the model's chat template has no place for tools", {
      param: "tools",
    });
  const ids: number[] = [];
  for (const [index, part] of text.split(seam).entries())
    ids.push(...(await session.tokenize(part, { ...promptText, bos: index === 0 })));
  return Int32Array.from(ids);
}

async function guardedMessage(session: TextSession, message: TemplateMessage): Promise<TemplateMessage> {
  const content = await guardedText(session, message.content);
  if (!("tool_calls" in message)) return { ...message, content };
  const tool_calls = await Promise.all(
    message.tool_calls.map(async ({ type, function: { name, arguments: given } }) => ({
      type,
      function: { name, arguments: await guardedJson(session, given) },
    })),
  );
  return { ...message, content, tool_calls };
}

async function guardedJson(session: TextSession, value: Json): Promise<Json> {
  if (typeof value === "string") return guardedText(session, value);
  if (typeof value !== "object" || value === null) return value;
  if (Array.isArray(value)) return Promise.all(value.map((each) => guardedJson(session, each)));
  const entries = Object.entries(value).map(async ([name, each]) => [
    await guardedText(session, name),
    await guardedJson(session, each),
  ]);
  return Object.fromEntries(await Promise.all(entries));
}

/** With a seam behind each character that a special token could begin with, where there is one in it. */
async function guardedText(session: TextSession, content: string): Promise<string> {
  const plain = content.replaceAll(seam, "");
  const [special, text] = await Promise.all([
    session.tokenize(plain, { bos: false, special: true }),
    session.tokenize(plain, { bos: false, special: false }),
  ]);
  const isPlain = special.length === text.length && special.every((id, index) => id === text[index]);
  return isPlain ? plain : plain.replaceAll(/[^\p{L}\p{N}\s]/gu, `$&${seam}`);
}
