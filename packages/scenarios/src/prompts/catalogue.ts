import { bookings } from "./bookings.ts";
import { neighbours } from "./neighbours.ts";
import type { Prompt } from "./prompt.ts";
import { retrieval } from "./retrieval.ts";
import { summary } from "./summary.ts";

export const promptNames = [
  "inflation@1",
  "light-bulb@1",
  "chat@1",
  "code@1",
  "summary-1k@1",
  "summary-4k@1",
  "retrieval-1k@1",
  "retrieval-4k@1",
] as const;
export type PromptName = (typeof promptNames)[number];

/**
 * Named prompts. A changed text gets a new version: a name always means the same words, and of one with a length as
 * many of the same words as fit it. "1k" is 1,000 tokens, so that a context of 1,024 holds a short answer, too.
 */
export const prompts: Readonly<Record<PromptName, Prompt>> = {
  "inflation@1": { answerTokens: 80, messages: [{ role: "user", content: "What is inflation?" }] },
  "light-bulb@1": { answerTokens: 50, messages: [{ role: "user", content: "Who invented the light bulb?" }] },
  "chat@1": { answerTokens: 128, messages: neighbours },
  "code@1": { answerTokens: 256, messages: bookings },
  "summary-1k@1": summary(1000),
  "summary-4k@1": summary(4000),
  "retrieval-1k@1": retrieval(1000),
  "retrieval-4k@1": retrieval(4000),
};
