import { type ChatMessage, promptText, type TextSession } from "@quantlab/core";
import type { RequestMessage } from "./requests.ts";

/** Between two tokens: a character of nobody's alphabet, at which the rendered text is cut. */
const seam = "\uE0FF";

export function messagesFrom(messages: readonly RequestMessage[]): ChatMessage[] {
  return messages.map(({ role, content }) => ({
    role: role === "developer" ? "system" : role,
    content: typeof content === "string" ? content : content.map(({ text }) => text).join(""),
  }));
}

/**
 * The conversation in the model's chat template, as tokens. Special tokens are the template's alone: what somebody spells
 * like one is text, so that no message can end its own turn and speak as another.
 */
export async function chatIds(session: TextSession, messages: readonly ChatMessage[]): Promise<Int32Array> {
  const guarded = await Promise.all(
    messages.map(async (message) => ({
      ...message,
      content: await guardedContent(session, message.content),
    })),
  );
  const parts = (await session.formatChat(guarded)).split(seam);
  const ids: number[] = [];
  for (const [index, part] of parts.entries())
    ids.push(...(await session.tokenize(part, { ...promptText, bos: index === 0 })));
  return Int32Array.from(ids);
}

/** With a seam behind each character that a special token could begin with, where there is one in it. */
async function guardedContent(session: TextSession, content: string): Promise<string> {
  const plain = content.replaceAll(seam, "");
  const [special, text] = await Promise.all([
    session.tokenize(plain, { bos: false, special: true }),
    session.tokenize(plain, { bos: false, special: false }),
  ]);
  const isPlain = special.length === text.length && special.every((id, index) => id === text[index]);
  return isPlain ? plain : plain.replaceAll(/[^\p{L}\p{N}\s]/gu, `$&${seam}`);
}
