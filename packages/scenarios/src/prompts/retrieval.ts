import type { LongConversation, Prompt } from "./prompt.ts";

const fact = "The spare key to the lighthouse of Greyport hangs behind the third beehive.";

/** A fact in the middle of a long text, and the question after it: nearly all of the time goes into reading. */
export function retrieval(tokens: number): Prompt & LongConversation {
  return {
    answerTokens: 24,
    tokens,
    text: "sprout-test@1",
    about: (words) => [
      {
        role: "user",
        content: `${withFact(words)}\n\nWhere does the spare key to the lighthouse of Greyport hang? Answer in one sentence.`,
      },
    ],
  };
}

/** Behind the first sentence that ends in the second half. */
function withFact(words: readonly string[]): string {
  const middle = Math.floor(words.length / 2);
  const end = words.findIndex((word, index) => index >= middle && word.endsWith("."));
  const at = end < 0 ? words.length : end + 1;
  return [...words.slice(0, at), fact, ...words.slice(at)].join(" ");
}
