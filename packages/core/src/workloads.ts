import type { ChatMessage } from "./backend.ts";

/** Named prompts. A changed text gets a new version: a name always means the same words. */
export const prompts = {
  "inflation@1": [{ role: "user", content: "What is inflation?" }],
  "light-bulb@1": [{ role: "user", content: "Who invented the light bulb?" }],
} as const satisfies Record<string, readonly ChatMessage[]>;
export type PromptName = keyof typeof prompts;

/** Texts for perplexity, as paths from the repository's root. Test text is never calibration text. */
export const texts = {
  "sprout-test@1": "models/sprout/text/test.txt",
} as const;
export type TextName = keyof typeof texts;

/** Folders of task files (`*.jsonl`), as paths from the repository's root. */
export const taskSets = {
  "sprout-tasks@1": "models/sprout/tasks",
} as const;
export type TaskSetName = keyof typeof taskSets;
