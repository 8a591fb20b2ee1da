import type { Forecast } from "@quantlab/core";
import type { PromptName } from "../prompts/catalogue.ts";

/** Where in a context it happens. */
export type Depth = {
  /**
   * Tokens in the context when the first new one is decoded: filler stands in front of the prompt up to so many.
   * @asType integer
   * @minimum 1
   */
  readonly depth?: number;
  /**
   * Filler in front of all that, in the cache before the clock starts: what is timed happens at this depth.
   * @asType integer
   * @minimum 1
   */
  readonly cachedTokens?: number;
};

/** A prompt, then so many new tokens, ends of text ignored. */
export interface Workload extends Depth {
  /** A named one of the catalogue; or so many tokens, where it does not matter which. */
  readonly prompt: PromptName | AnyTokens;
  /** Of models of more than 50M parameters, whose contexts are longer than the shipped one's. */
  readonly large?: Depth;
  /**
   * One for the time of the prompt alone.
   * @asType integer
   * @minimum 1
   */
  readonly newTokens: number;
  /** How tokens are drawn, which takes time, too; the likeliest one is taken unless said. */
  readonly sampling?: Sampling;
  /**
   * Processes beside the block's that keep a core busy each, as other programs at a desk do; none unless said.
   * @asType integer
   * @minimum 1
   */
  readonly neighbours?: number;
  /**
   * Untimed full-shape generations before the timed ones; 1 unless said.
   * @asType integer
   * @minimum 0
   */
  readonly warmups?: number;
  /**
   * Timed generations a process; 3 unless said.
   * @asType integer
   * @minimum 1
   */
  readonly generations?: number;
  /** What loading takes is worked out by the engine before it is loaded, and stands beside what was measured. */
  readonly withForecast?: boolean;
  /** Filled in before anything is timed. */
  readonly promptText?: string;
  /**
   * Filled in before anything is timed; filler counts, but for what is in the cache.
   * @asType integer
   */
  readonly promptTokens?: number;
  /** Of all ids as 32-bit integers; filled in before anything is timed. */
  readonly promptIdsSha256?: string;
}

export type Sampling = {
  /**
   * @exclusiveMinimum 0
   */
  readonly temperature: number;
  /**
   * @asType integer
   * @minimum 0
   */
  readonly topK: number;
  /**
   * @minimum 0
   * @maximum 1
   */
  readonly topP: number;
  /**
   * @asType integer
   * @minimum 0
   */
  readonly seed: number;
};

export type AnyTokens = {
  /**
   * @asType integer
   * @minimum 1
   */
  readonly tokens: number;
};

export const defaults = { warmups: 1, generations: 3 };

/** What the blocks get beside the workload. */
export interface Settled {
  readonly promptIds: readonly number[];
  /** Absent where none was asked for, or the engine has none. */
  readonly forecast?: Forecast;
}
