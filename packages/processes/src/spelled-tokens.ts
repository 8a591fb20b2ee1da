import { TextStream } from "./text-stream.ts";

/** Tells tokens in their order, each with the text that it completes. */
export class SpelledTokens {
  readonly #stream: TextStream;
  readonly #tell: (id: number, text: string) => void;
  #told: Promise<void> = Promise.resolve();

  constructor(detokenize: (ids: Int32Array) => Promise<string>, tell: (id: number, text: string) => void) {
    this.#stream = new TextStream(detokenize);
    this.#tell = tell;
  }

  push(id: number): void {
    this.#told = this.#told.then(async () => this.#tell(id, await this.#stream.push(id)));
    // Looked at by `end`.
    this.#told.catch(() => {});
  }

  /** What is left of the text, once the last token has been told. Throws what detokenizing threw. */
  async end(): Promise<string> {
    await this.#told;
    return this.#stream.flush();
  }
}
