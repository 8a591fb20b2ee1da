import { native } from "../library/native.ts";
import type { Context } from "./context.ts";
import { decodeError } from "./context-settings.ts";

/** Runs pieces of several sequences in one call, over a context that was made for so many. `using` frees it. */
export class ParallelBatch implements Disposable {
  readonly #context: Context;
  readonly #pointers: readonly bigint[];
  readonly #batch: Record<string, unknown>;
  readonly #tokens: Int32Array;
  readonly #positions: Int32Array;
  readonly #sequences: Int32Array;

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
    // Every token belongs to one sequence, and every token has logits.
    view(counts).fill(1);
    new Int8Array(koffi.view(flags, size)).fill(1);
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

  /** Runs `parts[i]` as the tokens of sequence i from `position` on; together at most the context's batch size. */
  decode(parts: readonly Int32Array[], position: number): void {
    let count = 0;
    for (const [sequence, part] of parts.entries())
      for (const [index, id] of part.entries()) {
        this.#tokens[count] = id;
        this.#positions[count] = position + index;
        this.#sequences[count] = sequence;
        count++;
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
