import { inTurn } from "@quantlab/processes";
import PQueue from "p-queue";
import { Problem } from "./problem.ts";
import type { ServedModel } from "./served-models.ts";

/** Of each model as many requests compute at once as its engine can, and no more wait than anybody would wait for. */
export class Turns {
  readonly #queues = new Map<string, PQueue>();
  readonly #most: number;
  /** Of the last turns, in milliseconds: what the next one will about take. */
  #usualMs = 1000;

  constructor(mostWaiting: number) {
    this.#most = mostWaiting;
  }

  get waiting(): number {
    return sum([...this.#queues.values()].map(({ size }) => size));
  }

  get running(): number {
    return sum([...this.#queues.values()].map(({ pending }) => pending));
  }

  /** Runs `work` in its turn. Throws a Problem at once where too many wait, and the signal's reason where that aborts before. */
  async take<Result>(
    { name, sequences }: ServedModel,
    work: () => Promise<Result>,
    signal: AbortSignal,
  ): Promise<Result> {
    const queue = this.#queues.get(name) ?? new PQueue({ concurrency: sequences });
    this.#queues.set(name, queue);
    const { waiting } = this;
    if (queue.pending >= sequences && waiting >= this.#most) {
      const roundsMs = ((queue.size + 1) / sequences) * this.#usualMs;
      const message = `${waiting} requests wait already, as many as may`;
      throw new Problem(429, "queue_full", message, { retryAfter: Math.max(1, Math.ceil(roundsMs / 1000)) });
    }
    const timed = async () => {
      const startMs = performance.now();
      try {
        return await work();
      } finally {
        this.#usualMs = 0.7 * this.#usualMs + 0.3 * (performance.now() - startMs);
      }
    };
    return await inTurn(queue, timed, signal);
  }

  /** Once nothing runs or waits any more. */
  async idle(): Promise<void> {
    await Promise.all([...this.#queues.values()].map((queue) => queue.onIdle()));
  }
}

function sum(values: readonly number[]): number {
  return values.reduce((total, value) => total + value, 0);
}
