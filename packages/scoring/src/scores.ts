/** Log-likelihood of a text, raw enough to bootstrap by chunk: llama.cpp's perplexity protocol. */
export interface TextScores {
  readonly textSha256: string;
  readonly chunkSize: number;
  readonly chunks: readonly ChunkScore[];
}

export interface ChunkScore {
  /** Scored tokens of the chunk: the last ones, its second half unless more was asked for. */
  readonly tokens: number;
  /** UTF-8 bytes of the scored tokens' text. */
  readonly bytes: number;
  /** Sum over the scored tokens, in nats. */
  readonly negativeLogLikelihood: number;
  readonly divergence: ChunkDivergence | null;
}

/** How the next-token distributions of a chunk differ from the reference's, over the full vocabulary. */
export interface ChunkDivergence {
  /** KL(reference ‖ arm) of each scored token, in nats, to 6 significant digits. */
  readonly kld: readonly number[];
  /** Scored tokens for which both hold the same token likeliest. */
  readonly sameTop: number;
  /** Sum of (p − p of the reference)² over the scored tokens; p is what was given to the token that came. */
  readonly squaredDeltaP: number;
}

/** What a model did on one task, item by item. */
export interface TaskAnswers {
  readonly task: string;
  readonly taskSha256: string;
  readonly kind: "multiple-choice" | "generation";
  readonly items: readonly ItemAnswer[];
}

export interface ItemAnswer {
  readonly id: string;
  /** Number of choices; 1 for generation. */
  readonly choices: number;
  readonly correct: boolean;
  /** Index of the choice taken, by length-normalized log-likelihood; null for generation. */
  readonly chosen: number | null;
  /** Summed log-likelihood of each choice, in nats. */
  readonly logLikelihoods: readonly number[];
  /** Tokens of each choice. */
  readonly tokens: readonly number[];
  readonly output: string | null;
}
