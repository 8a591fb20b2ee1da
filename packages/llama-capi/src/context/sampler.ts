import type { Llama } from "../library/llama.ts";
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

/** Draws tokens with llama.cpp's own samplers, in llama.cpp's order: top-k, top-p, temperature, then a draw. */
export class Sampler {
  readonly #llama: Llama;
  readonly #chain: bigint;

  constructor(llama: Llama, sampling: RandomSampling) {
    const { call } = llama;
    this.#llama = llama;
    this.#chain = call.samplerChain(call.samplerChainDefaults());
    for (const step of steps(llama, sampling)) call.samplerAdd(this.#chain, step);
  }

  /** The token that follows token `index` of the last decode call; -1 is its last one. */
  sample(context: Context, index = -1): number {
    return this.#llama.call.sample(this.#chain, context.pointer, index);
  }

  [Symbol.dispose](): void {
    this.#llama.call.samplerFree(this.#chain);
  }
}

function steps({ call }: Llama, { temperature, topP = 1, topK = 0, seed }: RandomSampling): bigint[] {
  return [
    ...(topK > 0 ? [call.samplerTopK(topK)] : []),
    ...(topP < 1 ? [call.samplerTopP(topP, 1)] : []),
    call.samplerTemperature(temperature),
    call.samplerDistribution(seed >>> 0),
  ];
}
