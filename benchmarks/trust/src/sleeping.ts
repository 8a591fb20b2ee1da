import { monotonicMs } from "@quantlab/core";

const sleeper = new Int32Array(new SharedArrayBuffer(4));

/** Holds the process up until then; it computes nothing meanwhile. */
export function sleepUntil(ms: number): void {
  const left = ms - monotonicMs();
  if (left > 0) Atomics.wait(sleeper, 0, 0, left);
}

/** Many short sleeps: what the system makes one of them too long, the next ones are shorter. */
export class Debt {
  #owedMs = 0;
  #sleptMs = 0;

  get sleptMs(): number {
    return this.#sleptMs;
  }

  sleep(milliseconds: number): void {
    this.#owedMs += milliseconds;
    const startMs = monotonicMs();
    if (this.#owedMs <= this.#sleptMs) return;
    sleepUntil(startMs + this.#owedMs - this.#sleptMs);
    this.#sleptMs += monotonicMs() - startMs;
  }
}
