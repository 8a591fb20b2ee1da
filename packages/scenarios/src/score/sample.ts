import type { TaskAnswers, TextScores } from "@quantlab/scoring";

/** What one process scored and answered. */
export interface Sample {
  readonly loadMs: number;
  /** Null where it was not asked for, could not be had, or the engine shows no logits. */
  readonly scores: Scores | null;
  readonly answers: readonly TaskAnswers[] | null;
  /** Tasks of choices that could not be asked, or broke off; absent where none did. Nothing is known of all together then. */
  readonly unanswered?: readonly string[];
}

export type Scores = TextScores & {
  /** "sprout-test@1". */
  readonly text: string;
  /** The arm that the divergences are from; absent where none was wanted. */
  readonly reference?: string;
};
