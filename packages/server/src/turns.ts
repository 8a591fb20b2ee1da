import PQueue from "p-queue";
import { Problem } from "./problem.ts";

/** One request computes at a time, and no more wait than anybody would wait for. */
export class Turns {
  readonly #queue = new PQueue({ concurrency: 1 });
  readonly #most: number;
  /** Of the last turns, in milliseconds: what the next one will about take. */
  #usualMs = 1000;

  constructor(mostWaiting: number) {
    this.#most = mostWaiting;
  }

  get waiting(): number {
    return this.#queue.size;
  }

  get running(): number {
    return this.#queue.pending;
  }

  /** Runs `work` in its turn. Throws a Problem at once where the queue is full, and the signal's reason where that aborts before. */
  async take<Result>(work: () => Promise<Result>, signal: AbortSignal): Promise<Result> {
    signal.throwIfAborted();
    if (this.#queue.pending > 0 && this.#queue.size >= this.#most) {
      const retryAfter = Math.max(1, Math.ceil(((this.#queue.size + 1) * this.#usualMs) / 1000));
      const message = `${this.#queue.size} requests wait already, as many as may`;
      throw new Problem(429, "queue_full", message, { retryAfter });
    }
    return await this.#queue.add(
      async () => {
        const startMs = performance.now();
        try {
          return await work();
        } finally {
          this.#usualMs = 0.7 * this.#usualMs + 0.3 * (performance.now() - startMs);
        }
      },
      { signal },
    );
  }

  /** Once nothing runs or waits any more. */
  async idle(): Promise<void> {
    await this.#queue.onIdle();
  }
}
