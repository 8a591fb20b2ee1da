import type { Context } from "@quantlab/llama-capi";

/** What stands in a context: the tokens that were computed, from the first one on. */
export class CachedPrefix {
  readonly #context: Context;
  #held: number[] = [];

  constructor(context: Context) {
    this.#context = context;
  }

  /**
   * Leaves the context with `ids` alone, computed to the end. What is there of them from the last generation, its answer
   * included, is kept: a conversation's next turn costs its new tokens.
   */
  hold(ids: Int32Array): void {
    const context = this.#context;
    const different = ids.findIndex((id, index) => id !== this.#held[index]);
    const same = different < 0 ? ids.length : different;
    // First: a pass that fails leaves something else.
    this.#held = [];
    const kept = same > 0 && context.rewind(same) ? same : 0;
    if (kept === 0) context.clear();
    const missing = ids.subarray(kept);
    if (missing.length > 0) {
      context.decode(missing);
      context.synchronize();
    }
    context.resetCounters();
    this.#held = [...ids];
  }

  /** Computes more behind what stands there. */
  decode(ids: Int32Array): void {
    this.#context.decode(ids);
    for (const id of ids) this.#held.push(id);
  }

  decodeOne(id: number): void {
    this.#context.decodeOne(id);
    this.#held.push(id);
  }
}
