import { EngineError } from "@quantlab/core";
import { cacheBytes, cacheRotated, deviceBytes, flashAttentionUsed } from "../library/load-log.ts";
import { reasonIn } from "../library/log.ts";
import { native } from "../library/native.ts";
import type { Model } from "../model/model.ts";
import {
  type ContextSettings,
  contextError,
  contextParameters,
  decodeError,
  type Pooling,
  poolings,
} from "./context-settings.ts";
import { type Counters, countersFrom } from "./counters.ts";
import { sharedThreadpool } from "./threadpool.ts";

/** Which tokens of a decode call get logits: the last one, all, or those from an index on. */
export type LogitsWanted = "last" | "all" | number;

/**
 * A model's KV cache, threads and logits. What is decoded here goes on with sequence 0; a `ParallelBatch` runs others, too.
 * `using` frees it, before the model.
 */
export class Context {
  readonly model: Model;
  readonly pointer: bigint;
  /** As the library rounded it. */
  readonly contextSize: number;
  /** At most the size of the context; handing over more aborts the process. */
  readonly batchSize: number;
  /** Tokens computed at once. */
  readonly microBatchSize: number;
  readonly outputsMax: number;
  readonly sequences: number;
  /** What "auto" came to; null when the library did not say. */
  readonly flashAttention: boolean | null;
  /** What it holds on devices: keys and values, and what is computed in. */
  readonly deviceBytes: number;
  /** Keys and values, to 0.01 MiB. */
  readonly cacheBytes: number;
  /** Whether keys, and values, are rotated before they are quantized; null when the library did not say. */
  readonly cacheRotated: readonly [key: boolean, value: boolean] | null;
  readonly #pools = new DisposableStack();
  /** Of a model that reads a text at once there is none. */
  readonly #memory: bigint | null;
  readonly #tokens: { readonly pointer: bigint; readonly view: Int32Array };
  readonly #flags: { readonly pointer: bigint; readonly view: Int8Array };
  readonly #batch: Record<string, unknown>;
  #rows: { pointer: bigint; view: Float32Array } | null = null;

  /** Throws an EngineError with the library's reason: no memory, or types that flash attention does not allow. */
  constructor(model: Model, settings: ContextSettings) {
    const { call, log } = model.llama;
    const parameters = contextParameters(call.contextDefaults(), settings);
    const { result, lines } = log.during(() => call.contextNew(model.pointer, parameters) as bigint | null);
    if (result === null) throw contextError(model.path, settings, reasonIn(lines));
    const memory = call.contextMemory(result) as bigint | null;
    if (model.hasEncoder || (memory === null && !settings.pooling)) {
      call.contextFree(result);
      throw new EngineError("llama.cpp", `${model.path} does not write text`, "choose a text model");
    }
    this.model = model;
    this.pointer = result;
    this.contextSize = call.contextSize(result);
    this.batchSize = call.contextBatch(result);
    this.microBatchSize = Math.min(settings.microBatchSize, this.batchSize);
    this.outputsMax = settings.outputsMax ?? 1;
    this.sequences = settings.sequences ?? 1;
    const said = lines.map(({ text }) => text);
    this.flashAttention = flashAttentionUsed(said);
    this.deviceBytes = deviceBytes(said);
    this.cacheBytes = cacheBytes(said);
    this.cacheRotated = cacheRotated(said);
    this.#memory = memory;
    this.#attachThreads(settings);
    const koffi = native();
    const tokens = koffi.alloc("int32_t", this.batchSize);
    const flags = koffi.alloc("int8_t", this.batchSize);
    this.#tokens = { pointer: tokens, view: new Int32Array(koffi.view(tokens, this.batchSize * 4)) };
    this.#flags = { pointer: flags, view: new Int8Array(koffi.view(flags, this.batchSize)) };
    // Positions and sequence ids are left out: the library then counts on in one sequence.
    this.#batch = {
      n_tokens: 0,
      token: tokens,
      embd: null,
      pos: null,
      n_seq_id: null,
      seq_id: null,
      logits: null,
    };
  }

  #attachThreads({ threads, batchThreads }: ContextSettings): void {
    const { llama } = this.model;
    const single = this.#pools.use(sharedThreadpool(llama, threads));
    const batch = batchThreads === threads ? null : this.#pools.use(sharedThreadpool(llama, batchThreads));
    llama.call.attachThreadpool(this.pointer, single.pointer, batch?.pointer ?? null);
  }

  /**
   * Runs `ids` after what was decoded before. Longer inputs than `batchSize` go in parts, and then only the last token
   * can have logits. Throws an EngineError when the context is full.
   */
  decode(ids: Int32Array, wanted: LogitsWanted = "last"): void {
    if (wanted !== "last" && ids.length > this.batchSize) {
      throw new RangeError(`logits of ${ids.length} tokens wanted, a batch holds ${this.batchSize}`);
    }
    for (let start = 0; start < ids.length; start += this.batchSize) {
      const part = ids.subarray(start, start + this.batchSize);
      this.#tokens.view.set(part);
      this.#run(part.length, wanted);
    }
  }

  /** Runs one token; the loop of a generation. */
  decodeOne(id: number): void {
    this.#tokens.view[0] = id;
    this.#run(1, "last");
  }

  #run(count: number, wanted: LogitsWanted): void {
    const batch = this.#batch;
    batch.n_tokens = count;
    batch.logits = null;
    if (wanted !== "last") {
      const first = wanted === "all" ? 0 : wanted;
      if (count - first > this.outputsMax) {
        throw new RangeError(`${count - first} rows of logits wanted, outputsMax is ${this.outputsMax}`);
      }
      this.#flags.view.fill(0, 0, first).fill(1, first, count);
      batch.logits = this.#flags.pointer;
    }
    const code = this.model.llama.call.decode(this.pointer, batch) as number;
    if (code !== 0) throw decodeError(code, count, this.contextSize);
  }

  /** Waits until everything that was decoded is computed. */
  synchronize(): void {
    this.model.llama.call.synchronize(this.pointer);
  }

  /**
   * `count` rows of logits, row-major, the first for token `index` of the last decode call (-1: its last one). A view
   * of the library's memory that the next decode call overwrites.
   */
  logits(index: number, count = 1): Float32Array {
    const pointer = this.model.llama.call.logitsAt(this.pointer, index) as bigint | null;
    if (pointer === null) throw new RangeError(`token ${index} of the last decode call has no logits`);
    const length = count * this.model.vocabularySize;
    if (this.#rows?.pointer !== pointer || this.#rows.view.length !== length) {
      this.#rows = { pointer, view: new Float32Array(native().view(pointer, length * 4)) };
    }
    return this.#rows.view;
  }

  /**
   * The likeliest token after token `index` of the last decode call, the lowest id among equals; -1 where the row is not
   * of numbers, or holds every token impossible.
   */
  argmax(index: number): number {
    const logits = this.logits(index);
    let best = -1;
    let highest = Number.NEGATIVE_INFINITY;
    for (let id = 0; id < logits.length; id++) {
      const logit = logits[id]!;
      // What is no number is neither more nor less, and comes in here, too.
      if (!(logit <= highest)) {
        if (Number.isNaN(logit)) return -1;
        highest = logit;
        best = id;
      }
    }
    return highest === Number.POSITIVE_INFINITY ? -1 : best;
  }

  /** How texts become vectors here. */
  get pooling(): Pooling {
    return poolings[this.model.llama.call.poolingType(this.pointer) as number] ?? "none";
  }

  /** The vector of a sequence of the last decode call: a view of the library's memory. */
  embedding(sequence = 0): Float32Array {
    const { call } = this.model.llama;
    const pointer = call.embeddingOf(this.pointer, sequence) as bigint | null;
    if (pointer === null) throw new RangeError(`sequence ${sequence} of the last decode call has no vector`);
    const length = call.modelEmbeddingOut(this.model.pointer) as number;
    return new Float32Array(native().view(pointer, length * 4));
  }

  /** Forgets everything decoded, and the engine's counters with it. */
  clear(): void {
    if (this.#memory !== null) this.model.llama.call.memoryClear(this.#memory, false);
    this.resetCounters();
  }

  /** Sets the engine's counters to zero, and forgets nothing. */
  resetCounters(): void {
    this.model.llama.call.contextResetCounters(this.pointer);
  }

  /** Forgets all but the first `tokens` of a sequence; false, and nothing is forgotten, where the model cannot do that. */
  rewind(tokens: number, sequence = 0): boolean {
    return this.model.llama.call.memoryRemove(this.#memory, sequence, tokens, -1);
  }

  /** Has an empty sequence begin with the first `tokens` of another; what the other has room for is copied before the next pass. */
  copy(tokens: number, from: number, to: number): void {
    // A part of a sequence cannot be copied: the library would end the process.
    this.model.llama.call.memoryCopy(this.#memory, from, to, -1, -1);
    this.rewind(tokens, to);
  }

  /** Tokens that each sequence has room for. */
  get sequenceSize(): number {
    return Math.floor(this.contextSize / this.sequences);
  }

  /** llama.cpp's own counters since `clear` or `resetCounters`, in milliseconds and tokens; it counts at least one. */
  get counters(): Counters {
    return countersFrom(this.model.llama.call.contextCounters(this.pointer));
  }

  [Symbol.dispose](): void {
    const { call } = this.model.llama;
    this.#rows = null;
    call.detachThreadpool(this.pointer);
    call.contextFree(this.pointer);
    this.#pools.dispose();
    native().free(this.#tokens.pointer);
    native().free(this.#flags.pointer);
  }
}
