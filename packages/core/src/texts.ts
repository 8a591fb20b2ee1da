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
