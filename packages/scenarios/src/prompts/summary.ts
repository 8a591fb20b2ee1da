import type { LongConversation, Prompt } from "./prompt.ts";

/** Stories to be summarised: a long prompt, and an answer of a paragraph. */
export function summary(tokens: number): Prompt & LongConversation {
  return {
    answerTokens: 128,
    tokens,
    text: "sprout-test@1",
    about: (words) => [
      {
        role: "user",
        content: `Here are some stories from one island:\n\n${words.join(" ")}\n\nSay in one paragraph what people there do for each other.`,
      },
    ],
  };
}
