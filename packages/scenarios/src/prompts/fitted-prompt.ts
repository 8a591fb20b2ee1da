import {
  type ChatMessage,
  type NoChatTemplateError,
  promptText,
  readText,
  shippedPath,
  type TextSession,
  texts,
} from "@quantlab/core";
import { type PromptName, prompts } from "./catalogue.ts";

/** A prompt as a model reads it. */
export interface FittedPrompt {
  readonly text: string;
  /** None where the model's tokenizer is out of reach. */
  readonly ids: readonly number[];
}

/** Of most vocabularies and English text; a prompt that is fitted by it is about as long as it should be. */
const wordsPerToken = 0.75;

/** The prompt of this name for a model whose tokenizer and template are out of reach: its words alone. */
export async function plainPrompt(name: PromptName): Promise<FittedPrompt> {
  const prompt = prompts[name];
  if ("messages" in prompt) return { text: wordsOf(prompt.messages), ids: [] };
  const words = (await readText(await shippedPath(texts[prompt.text]))).split(
    " ",
    prompt.tokens * wordsPerToken,
  );
  return { text: wordsOf(prompt.about(words)), ids: [] };
}

/** The prompt of this name in the session's tokens, with as much of its text as its length allows. */
export async function fitPrompt(session: TextSession, name: PromptName): Promise<FittedPrompt> {
  const prompt = prompts[name];
  if ("messages" in prompt) return await formatted(session, prompt.messages);
  const { text, tokens, about } = prompt;
  // No tokenizer reads more words than tokens.
  const words = (await readText(await shippedPath(texts[text]))).split(" ", tokens);
  let best = await formatted(session, about([]));
  let [fits, over] = [0, words.length + 1];
  while (over - fits > 1) {
    const count = Math.floor((fits + over) / 2);
    const tried = await formatted(session, about(words.slice(0, count)));
    if (tried.ids.length > tokens) over = count;
    else [best, fits] = [tried, count];
  }
  return best;
}

async function formatted(session: TextSession, messages: readonly ChatMessage[]): Promise<FittedPrompt> {
  const text = await chatText(session, messages);
  return { text, ids: [...(await session.tokenize(text, promptText))] };
}

/** Speed does not depend on the markers of turns, so a model that has no template reads the words alone. */
async function chatText(session: TextSession, messages: readonly ChatMessage[]): Promise<string> {
  try {
    return await session.formatChat(messages);
  } catch (error) {
    if ((error as NoChatTemplateError).code !== "NO_CHAT_TEMPLATE") throw error;
    return wordsOf(messages);
  }
}

const wordsOf = (messages: readonly ChatMessage[]) => messages.map(({ content }) => content).join("\n\n");
