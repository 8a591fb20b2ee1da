import { UsageError } from "@quantlab/core";
import type { Llama } from "../library/llama.ts";
import type { Model } from "../model/model.ts";
import type { Context } from "./context.ts";

export interface RandomSampling {
  /** Above 0; 1 leaves the model's probabilities as they are. */
  readonly temperature: number;
  /** Keep the likeliest tokens that make up this probability; 1 keeps all. */
  readonly topP?: number;
  /** Keep this many of the likeliest tokens; 0 keeps all. */
  readonly topK?: number;
  readonly seed: number;
}

/**
 * Chooses tokens with llama.cpp's own samplers, in llama.cpp's order: what a grammar allows, top-k, top-p, temperature, then
 * a draw; or of what the grammar allows the likeliest.
 */
export class Sampler implements Disposable {
  readonly #llama: Llama;
  readonly #chain: bigint;

  /** Throws a UsageError for a grammar that the library does not read. */
  constructor(model: Model, sampling: RandomSampling | "greedy", grammar: string | null = null) {
    const { call } = model.llama;
    this.#llama = model.llama;
    const keeper = grammar === null ? [] : [grammarStep(model, grammar)];
    this.#chain = call.samplerChain(call.samplerChainDefaults());
    const chosen = sampling === "greedy" ? [call.samplerGreedy()] : randomSteps(model.llama, sampling);
    for (const step of [...keeper, ...chosen]) call.samplerAdd(this.#chain, step);
  }

  /** The token that follows token `index` of the last decode call; -1 is its last one. */
  sample(context: Context, index = -1): number {
    return this.#llama.call.sample(this.#chain, context.pointer, index);
  }

  [Symbol.dispose](): void {
    this.#llama.call.samplerFree(this.#chain);
  }
}

function randomSteps({ call }: Llama, { temperature, topP = 1, topK = 0, seed }: RandomSampling): bigint[] {
  return [
    ...(topK > 0 ? [call.samplerTopK(topK)] : []),
    ...(topP < 1 ? [call.samplerTopP(topP, 1)] : []),
    call.samplerTemperature(temperature),
    call.samplerDistribution(seed >>> 0),
  ];
}

function grammarStep({ llama, vocabulary }: Model, grammar: string): bigint {
  const step = llama.call.samplerGrammar(vocabulary, grammar, "root") as bigint | null;
  if (step !== null) return step;
  throw new UsageError("llama.cpp cannot read the grammar", "let nothing begin with itself, and repeat less");
}
