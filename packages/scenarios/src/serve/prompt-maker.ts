import { anyWords, type CompletionRequest } from "@quantlab/openai-endpoint";
import { uniformInt } from "pure-rand/distribution/uniformInt";
import { xoroshiro128plus } from "pure-rand/generator/xoroshiro128plus";
import type { Workload } from "./workload.ts";

/** Makes the prompts of a load: the same ones for every arm and block, and no two alike but where they are to be. */
export class PromptMaker {
  readonly #workload: Workload;
  readonly #modelName: string;

  constructor(workload: Workload, modelName: string) {
    this.#workload = workload;
    this.#modelName = modelName;
  }

  /** The n-th prompt of a client. */
  of(client: number, index: number): string {
    const { promptWords, sharedWords = 0 } = this.#workload;
    const shared = words(0, Math.min(sharedWords, promptWords));
    const own = words(1 + client * 10_000 + index, Math.max(0, promptWords - sharedWords));
    return [...shared, ...own].join(" ");
  }

  /** Somebody else's, much longer than the others. */
  get foreign(): string {
    return words(2 ** 30, this.#workload.foreignWords ?? 0).join(" ");
  }

  /** Begins like no other one. */
  get warmUp(): string {
    return words(2 ** 30 + 1, this.#workload.promptWords).join(" ");
  }

  request(prompt: string): CompletionRequest {
    const { newTokens, fields = {} } = this.#workload;
    return { model: this.#modelName, prompt, max_tokens: newTokens, temperature: 0, ...fields };
  }
}

function words(seed: number, count: number): string[] {
  const generator = xoroshiro128plus(seed);
  return Array.from({ length: count }, () => anyWords[uniformInt(generator, 0, anyWords.length - 1)]!);
}
