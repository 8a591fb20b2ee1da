import type { ChatMessage } from "@quantlab/core";

/** Named prompts. A changed text gets a new version: a name always means the same words. */
export const prompts = {
  "inflation@1": [{ role: "user", content: "What is inflation?" }],
  "light-bulb@1": [{ role: "user", content: "Who invented the light bulb?" }],
} as const satisfies Record<string, readonly ChatMessage[]>;
export type PromptName = keyof typeof prompts;
