/** What every arm does. */
export interface Shape {
  readonly promptTokens: number;
  readonly newTokens: number;
  /** Timed repetitions a process, after one that is not timed. */
  readonly repetitions: number;
}

/** Tokens a second, one value a repetition. The prompt counts to the first token, decoding from it to the last. */
export interface Speeds {
  readonly promptTps: readonly number[];
  readonly decodeTps: readonly number[];
}

/** Any tokens do: the time of a pass does not depend on which ones they are. */
export const promptOf = ({ promptTokens }: Shape): number[] =>
  Array.from({ length: promptTokens }, (_, index) => 100 + ((index * 37) % 1000));
