import { native } from "../library/native.ts";
import type { Context } from "./context.ts";
import { decodeError } from "./context-settings.ts";

/** Tokens that one sequence goes on with. */
export interface Part {
  /** From 0; below the context's number of sequences. */
  readonly sequence: number;
  /** How many tokens the sequence holds before them. */
  readonly position: number;
  readonly ids: ArrayLike<number>;
  /** Which of them get logits. */
  readonly logits: "all" | "last" | "none";
}

/** Runs pieces of several sequences in one call, over a context that was made for so many. `using` frees it. */
export class ParallelBatch implements Disposable {
  readonly #context: Context;
  readonly #pointers: readonly bigint[];
  readonly #batch: Record<string, unknown>;
  readonly #tokens: Int32Array;
  readonly #positions: Int32Array;
  readonly #sequences: Int32Array;
  readonly #flags: Int8Array;

  constructor(context: Context) {
    this.#context = context;
    const size = context.batchSize;
    const koffi = native();
    const integers = () => koffi.alloc("int32_t", size) as bigint;
    const [tokens, positions, counts, sequences] = [integers(), integers(), integers(), integers()];
    const ids = koffi.alloc("void *", size) as bigint;
    const flags = koffi.alloc("int8_t", size) as bigint;
    const view = (pointer: bigint) => new Int32Array(koffi.view(pointer, size * 4));
    this.#pointers = [tokens, positions, counts, sequences, ids, flags];
    [this.#tokens, this.#positions, this.#sequences] = [view(tokens), view(positions), view(sequences)];
    this.#flags = new Int8Array(koffi.view(flags, size));
    // Every token belongs to one sequence.
    view(counts).fill(1);
    new BigInt64Array(koffi.view(ids, size * 8)).forEach((_, index, all) => {
      all[index] = BigInt(sequences) + BigInt(index * 4);
    });
    this.#batch = {
      n_tokens: 0,
      token: tokens,
      embd: null,
      pos: positions,
      n_seq_id: counts,
      seq_id: ids,
      logits: flags,
    };
  }

  /**
   * Runs parts of different sequences, together at most the context's batch size; `Context.logits` counts their tokens in
   * this order. Throws an EngineError where the library fails, or a sequence has no room left.
   */
  decode(parts: readonly Part[]): void {
    let count = 0;
    for (const { sequence, position, ids, logits } of parts) {
      const end = count + ids.length;
      this.#tokens.set(ids, count);
      this.#sequences.fill(sequence, count, end);
      this.#flags.fill(logits === "all" ? 1 : 0, count, end);
      if (logits === "last") this.#flags[end - 1] = 1;
      for (let index = 0; index < ids.length; index++) this.#positions[count + index] = position + index;
      count = end;
    }
    this.#batch.n_tokens = count;
    const { model, pointer, contextSize } = this.#context;
    const code = model.llama.call.decode(pointer, this.#batch) as number;
    if (code !== 0) throw decodeError(code, count, contextSize);
  }

  [Symbol.dispose](): void {
    for (const pointer of this.#pointers) native().free(pointer);
  }
}
