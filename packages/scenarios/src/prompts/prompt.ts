import type { ChatMessage, TextName } from "@quantlab/core";

/** A conversation that a model is to answer, in its own chat template; without one where the model has none. */
export type Prompt = {
  /** What a bench decodes behind it: about as long as people's models answer such a prompt. */
  readonly answerTokens: number;
} & (Conversation | LongConversation);

interface Conversation {
  readonly messages: readonly ChatMessage[];
}

/**
 * A conversation about as many words of a shipped text as fit. `tokens` is the most that all of it may take, template
 * included, in the tokens of the model that reads it: every model is given an equally long prompt, and one whose
 * tokenizer needs fewer tokens a word is given more words. The last word is the last that fits, so that a prompt is
 * shorter by less than a word.
 */
export interface LongConversation {
  readonly tokens: number;
  readonly text: TextName;
  readonly about: (words: readonly string[]) => readonly ChatMessage[];
}
