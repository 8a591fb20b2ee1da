import { createInterface } from "node:readline";

/** Where turns come from. */
export interface ChatInput extends Disposable {
  /** The next turn or command; null where somebody leaves. */
  read(): Promise<string | null>;
  /** Has an answer be given, and ends it where somebody asks for that. */
  answering<Result>(work: (stop: AbortSignal) => Promise<Result>): Promise<Result>;
  /** Whether a person is there, who can try again after an error. */
  readonly interactive: boolean;
}

/** Turns through a pipe or from a file, one a line. */
export class LineInput implements ChatInput {
  readonly interactive = false;
  readonly #signal: AbortSignal;
  readonly #interface = createInterface({ input: process.stdin });
  readonly #lines = this.#interface[Symbol.asyncIterator]();

  constructor(signal: AbortSignal) {
    this.#signal = signal;
    signal.addEventListener("abort", () => this.#interface.close());
  }

  async read(): Promise<string | null> {
    const { value, done } = await this.#lines.next();
    this.#signal.throwIfAborted();
    return done ? null : value;
  }

  answering<Result>(work: (stop: AbortSignal) => Promise<Result>): Promise<Result> {
    return work(this.#signal);
  }

  [Symbol.dispose](): void {
    this.#interface.close();
  }
}
