import type { TextSession } from "@quantlab/core";

/** Each token's own text, asked once. A byte that is no whole character is shown as U+FFFD. */
export class TokenTexts {
  readonly #session: TextSession;
  readonly #known = new Map<number, string>();

  constructor(session: TextSession) {
    this.#session = session;
  }

  async of(id: number): Promise<string> {
    const known = this.#known.get(id);
    if (known !== undefined) return known;
    const text = await this.#session.detokenize(Int32Array.of(id));
    this.#known.set(id, text);
    return text;
  }
}
