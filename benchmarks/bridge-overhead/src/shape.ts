import type { PromptShape } from "@quantlab/benchmark-tools";

/** What every arm does. */
export interface Shape extends PromptShape {
  readonly newTokens: number;
}

/** Tokens a second, one value a repetition. The prompt counts to the first token, decoding from it to the last. */
export interface Speeds {
  readonly promptTps: readonly number[];
  readonly decodeTps: readonly number[];
}
