/** What clients saw of a server. */
export interface Sample {
  readonly requests: readonly RequestSample[];
  /** From the first request to the end of the last answer, in milliseconds. */
  readonly wallMs: number;
  /** What a request was to keep. */
  readonly objective: { readonly ttftMs: number; readonly gapMs: number };
}

export interface RequestSample {
  /** Which client asked, from 0; null for the foreign prompt. */
  readonly client: number | null;
  /** Milliseconds from the first request. */
  readonly sentAtMs: number;
  /** When each piece of the answer came, from the first request. */
  readonly pieceAtMs: readonly number[];
  /** As the server counts them; null where it does not tell. */
  readonly promptTokens: number | null;
  readonly cachedTokens: number | null;
  /** As the server counts them, or as many as came in pieces. */
  readonly newTokens: number;
  /** What the server said instead of an answer; null for one that was answered. */
  readonly failed: string | null;
}
