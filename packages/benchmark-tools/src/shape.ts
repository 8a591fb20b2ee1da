import type { GenerateTrace } from "@quantlab/core";

/** What every block of a benchmark of speed has; each adds how it decodes. */
export interface PromptShape {
  readonly promptTokens: number;
  /** Timed repetitions a process, after one that is not timed. */
  readonly repetitions: number;
}

/** Any tokens do: the time of a pass does not depend on which ones they are. */
export const promptIds = ({ promptTokens }: PromptShape): number[] =>
  Array.from({ length: promptTokens }, (_, index) => 100 + ((index * 37) % 1000));

/** Tokens a second from the first token to the last. */
export const decodeTps = ({ tokenAtMs }: GenerateTrace): number =>
  (1000 * (tokenAtMs.length - 1)) / (tokenAtMs.at(-1)! - tokenAtMs[0]!);
