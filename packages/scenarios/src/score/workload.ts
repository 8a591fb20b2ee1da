import type { Reference, TaskSetName, TextName } from "@quantlab/core";

/** How much of the text and of the tasks. */
export type Amount = {
  /**
   * Tokens of a chunk of the text, which is what a model sees at once; 512 unless said.
   * @asType integer
   * @minimum 2
   */
  readonly chunkSize?: number;
  /**
   * Of the text, how many chunks from its beginning are scored; all unless said.
   * @asType integer
   * @minimum 1
   */
  readonly chunks?: number;
  /**
   * Of each task, how many items from its beginning are asked; all unless said.
   * @asType integer
   * @minimum 1
   */
  readonly items?: number;
};

/** A text scored, alone or beside the reference, and tasks answered. */
export interface Workload extends Amount {
  /** The shipped model's test text unless said. */
  readonly text?: TextName;
  /** The shipped model's tasks unless said. */
  readonly tasks?: TaskSetName;
  /** How much of them models of more than 50M parameters get, which take minutes for what the shipped one does in seconds. */
  readonly large?: Amount;
  /** What is done; metrics ask for it. A divergence scores the text, too. */
  readonly perplexity?: boolean;
  readonly divergence?: boolean;
  /** Every token of a chunk counts, which tells how figures change with depth; those of its second half unless said. */
  readonly everyToken?: boolean;
  readonly answers?: boolean;
}

export const defaults = { text: "sprout-test@1", tasks: "sprout-tasks@1" } as const;

/** What the blocks get beside the workload. */
export interface Settled {
  readonly arm: string;
  readonly reference: Reference | null;
}
