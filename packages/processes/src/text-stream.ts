/** What a token vocabulary writes for bytes that are no whole character yet. */
const unfinished = "\uFFFD";

// A character has at most four bytes; bytes that never become one are shown as they are.
const mostTokensHeld = 4;

/**
 * Turns token ids into text piece by piece. A piece is the difference between two detokenized windows, because a token
 * alone loses its leading space, and a character may need several tokens.
 */
export class TextStream {
  readonly #detokenize: (ids: Int32Array) => Promise<string>;
  readonly #ids: number[] = [];
  /** The window begins here, with tokens that are already shown. */
  #from = 0;
  #shown = 0;

  constructor(detokenize: (ids: Int32Array) => Promise<string>) {
    this.#detokenize = detokenize;
  }

  /** The text that `id` completes; empty while a character is unfinished. */
  async push(id: number): Promise<string> {
    this.#ids.push(id);
    const waiting = this.#ids.length - this.#shown;
    return this.#advance(waiting > mostTokensHeld);
  }

  /** What is left at the end of the generation. */
  flush(): Promise<string> {
    return this.#advance(true);
  }

  async #advance(whole: boolean): Promise<string> {
    const before = await this.#window(this.#shown);
    const after = await this.#window(this.#ids.length);
    if (after.endsWith(unfinished) && !whole) return "";
    this.#from = this.#shown;
    this.#shown = this.#ids.length;
    return after.slice(before.length);
  }

  #window(end: number): Promise<string> {
    return this.#detokenize(Int32Array.from(this.#ids.slice(this.#from, end)));
  }
}
