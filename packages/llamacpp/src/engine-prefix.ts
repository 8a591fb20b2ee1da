import { isDeepStrictEqual } from "node:util";
import type { Context } from "@quantlab/llama-capi";

const none = new Int32Array();

/** What stands in a context before a generation begins. */
export class CachedPrefix {
  readonly #context: Context;
  #held: Int32Array = none;

  constructor(context: Context) {
    this.#context = context;
  }

  /**
   * Leaves the context with `ids` alone, computed to the end. Those of the last generation are kept where they are the
   * same: reading a deep prefix takes longer than what is measured behind it.
   */
  hold(ids: Int32Array): void {
    const context = this.#context;
    if (ids.length > 0 && isDeepStrictEqual(this.#held, ids) && context.rewind(ids.length)) {
      context.resetCounters();
      return;
    }
    // First: a pass that fails leaves something else.
    this.#held = none;
    context.clear();
    if (ids.length === 0) return;
    context.decode(ids);
    context.synchronize();
    context.resetCounters();
    this.#held = ids.slice();
  }
}
