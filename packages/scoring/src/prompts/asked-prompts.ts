import { promptText, QuantlabError, type TextSession } from "@quantlab/core";
import type { Prompt } from "./prompt-file.ts";

/** A prompt in the tokens of two models. */
export interface AskedPrompt {
  readonly line: number;
  readonly ids: Int32Array;
}

/**
 * Puts prompts into tokens, conversations in the reference's own chat template, before anything is computed. Throws an
 * OTHER_TOKENS error where the candidate reads one in other tokens: distributions over other tokens have no divergence. And
 * what the template throws, with the file and the line.
 */
export async function askPrompts(
  reference: TextSession,
  candidate: TextSession,
  prompts: readonly Prompt[],
  file: string,
): Promise<AskedPrompt[]> {
  const asked: AskedPrompt[] = [];
  for (const prompt of prompts) {
    const where = `${file}, line ${prompt.line}`;
    const text = "text" in prompt ? prompt.text : await chatOf(reference, prompt, where);
    const [ids, own] = [
      await reference.tokenize(text, promptText),
      await candidate.tokenize(text, promptText),
    ];
    const at = Array.from({ length: Math.max(ids.length, own.length) }, (_, token) => token).find(
      (token) => ids[token] !== own[token],
    );
    if (at !== undefined) {
      const [there, here] = [ids, own].map((list) => list[at] ?? "its end");
      throw otherTokens(where, `from token ${at} on: ${there} there, ${here} here`);
    }
    asked.push({ line: prompt.line, ids });
  }
  return asked;
}

async function chatOf(
  session: TextSession,
  { messages }: Extract<Prompt, { messages: unknown }>,
  where: string,
): Promise<string> {
  try {
    return await session.formatChat(messages);
  } catch (cause) {
    if (!(cause instanceof QuantlabError)) throw cause;
    const { code, message, exitCode } = cause;
    const remedy =
      code === "NO_CHAT_TEMPLATE"
        ? "give --raw to put prompts in as they are, or choose an instruct model"
        : cause.remedy;
    throw new QuantlabError(code, `${where}: ${message}`, { remedy, exitCode, cause });
  }
}

/** What was said in tokens that mean something else to the candidate; `how` ends the sentence. */
export function otherTokens(where: string, how: string): QuantlabError {
  return new QuantlabError("OTHER_TOKENS", `${where} is other tokens to A than to B, ${how}`, {
    remedy: "compare quantizations of one model: they share a vocabulary",
  });
}
