import type { Context } from "@quantlab/llama-capi";

/** A sequence of a context, and the tokens that stand in it. */
export class CachedSequence {
  readonly index: number;
  readonly #context: Context;
  #held: number[] = [];

  constructor(context: Context, index: number) {
    this.#context = context;
    this.index = index;
  }

  get length(): number {
    return this.#held.length;
  }

  /** So many tokens it has in common with `ids`, from the first one on. */
  common(ids: readonly number[]): number {
    const different = this.#held.findIndex((id, index) => id !== ids[index]);
    return different < 0 ? this.#held.length : different;
  }

  /** Leaves the first `tokens`, or none where the model cannot go back to a place. */
  keep(tokens: number): void {
    if (tokens === this.#held.length) return;
    const kept = tokens > 0 && this.#context.rewind(tokens, this.index);
    if (!kept) this.#context.rewind(0, this.index);
    this.#held.length = kept ? tokens : 0;
  }

  /** Begins anew with the first `tokens` of another one. */
  copyFrom(other: CachedSequence, tokens: number): void {
    this.keep(0);
    if (tokens > 0) this.#context.copy(tokens, other.index, this.index);
    this.#held = other.#held.slice(0, tokens);
  }

  /** Says that these have been computed behind what stands there. */
  computed(ids: readonly number[]): void {
    for (const id of ids) this.#held.push(id);
  }
}
