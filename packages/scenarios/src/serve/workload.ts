import type { Json } from "@quantlab/core";

/** A server that is started for a block, and the clients that ask it. */
export interface Workload {
  /**
   * Words of the server's command line, without a shell; `{port}` is where it is to listen, `{model}` the model's path,
   * `{name}` a place of the plan.
   */
  readonly arguments: readonly string[];
  /** What requests call the model; `{model}` is its path. The first that the server lists unless said. */
  readonly name?: string;
  /** Further fields of each request, which servers name differently. */
  readonly fields?: Readonly<Record<string, Json>>;
  /**
   * Clients that each ask again as soon as they have an answer.
   * @asType integer
   * @minimum 1
   */
  readonly clients: number;
  /**
   * Instead of that, requests come at random so often, whatever is still being answered (a Poisson process); `clients` then
   * only share them out.
   */
  readonly arrivalsPerSecond?: number;
  /**
   * A client's.
   * @asType integer
   * @minimum 1
   */
  readonly requests: number;
  /**
   * Words of each prompt, most of them a token each.
   * @asType integer
   * @minimum 1
   */
  readonly promptWords: number;
  /**
   * Of these, words that all prompts begin with; 0 unless said.
   * @asType integer
   * @minimum 0
   */
  readonly sharedWords?: number;
  /** Each further request of a client goes on from its last one and the answer to it. */
  readonly turns?: boolean;
  /**
   * Tokens of each answer, unless the model ends it.
   * @asType integer
   * @minimum 1
   */
  readonly newTokens: number;
  /**
   * A prompt of so many words comes once every client reads an answer; what it does to them is looked for.
   * @asType integer
   * @minimum 1
   */
  readonly foreignWords?: number;
  /** What a request has to keep to count as served well. */
  readonly objective: {
    readonly ttftMs: number;
    /** The longest wait between two pieces of an answer. */
    readonly gapMs: number;
  };
}

/** What the blocks get beside the workload. */
export interface Settled {
  /** The arguments with the paths of this machine filled in, but for the port. */
  readonly words: readonly string[];
  readonly modelName?: string;
}
