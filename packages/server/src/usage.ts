import type { Answer } from "./generation.ts";

type Counted = Pick<Answer, "tokens" | "cachedTokens">;

/** Tokens of a request, added up over its choices as OpenAI's API counts them. */
export class Usage {
  #prompt = 0;
  #completion = 0;
  #cached = 0;

  /** An answer; a prompt counts with the first of its own. */
  count(promptTokens: number, draw: number, { tokens, cachedTokens }: Counted): void {
    this.#completion += tokens;
    if (draw > 0) return;
    this.#prompt += promptTokens;
    this.#cached += cachedTokens;
  }

  get tokens() {
    return { prompt: this.#prompt, completion: this.#completion, cached: this.#cached };
  }

  toJSON() {
    return {
      prompt_tokens: this.#prompt,
      completion_tokens: this.#completion,
      total_tokens: this.#prompt + this.#completion,
      prompt_tokens_details: { cached_tokens: this.#cached },
    };
  }
}
