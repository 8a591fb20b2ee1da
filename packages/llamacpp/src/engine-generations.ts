import { type GenerateRequest, type GenerateTrace, monotonicMs } from "@quantlab/core";
import { type Context, ParallelBatch, type Part } from "@quantlab/llama-capi";
import { CachedSequence } from "./cached-sequence.ts";
import { Generation } from "./engine-generation.ts";

/** Longest that answers which are being written wait for a piece of somebody's prompt, in milliseconds. */
const patienceMs = 160;
/** The CPU's flash attention reads so many tokens of a sequence at once; fewer take it two and three times as long each. */
const tile = 64;
/** Fewer tokens are sooner read again than a sequence is copied. */
const worthCopying = 32;

/**
 * The generations of one context. Those that run are computed together, step by step: one token of each that is being
 * written, and of prompts a piece as large as the others are ready to wait for. What stands in a sequence is left there for
 * whoever begins alike.
 */
export class Generations implements Disposable {
  readonly #context: Context;
  readonly #batch: ParallelBatch;
  /** Those used longest ago come first. */
  #sequences: CachedSequence[];
  readonly #waiting: Generation[] = [];
  /** Those that began first come first. */
  #running: Generation[] = [];
  #computing = false;
  /** Of the last pieces of prompts. */
  #msPerToken = patienceMs / tile;

  constructor(context: Context) {
    this.#context = context;
    this.#batch = new ParallelBatch(context);
    this.#sequences = Array.from(
      { length: context.sequences },
      (_, index) => new CachedSequence(context, index),
    );
  }

  /**
   * Generates, beside others where there are sequences left and after them otherwise. The caller has made sure that prompt
   * and answer fit into the context. Throws an EngineError at logits that are no numbers.
   */
  generate(request: GenerateRequest, signal: AbortSignal): Promise<GenerateTrace> {
    const generation = new Generation(this.#context, request, signal);
    this.#waiting.push(generation);
    if (!this.#computing) void this.#compute();
    return generation.trace;
  }

  async #compute(): Promise<void> {
    this.#computing = true;
    while (this.#admit()) {
      try {
        this.#step();
      } catch (error) {
        for (const generation of this.#running) this.#leave(generation, error);
        for (const sequence of this.#sequences) sequence.keep(0);
      }
      // Lets text be written, requests come in and a cancel be heard; what is timed alone does not pay for it.
      if (this.#context.sequences > 1 || this.#running.some(({ streams }) => streams))
        await new Promise((resolve) => setImmediate(resolve));
    }
    this.#computing = false;
  }

  /** Has those begin that there is room for; false where nothing is left to do. */
  #admit(): boolean {
    for (const generation of [...this.#running, ...this.#waiting])
      if (generation.signal.aborted) this.#leave(generation, generation.signal.reason);
    for (;;) {
      const [next] = this.#waiting;
      const free = this.#free;
      if (!next || free.length === 0) break;
      this.#waiting.shift();
      next.begin(this.#prepared(next, free));
      this.#running.push(next);
    }
    return this.#running.length > 0;
  }

  get #free(): CachedSequence[] {
    const taken = new Set(this.#running.map(({ sequence }) => sequence));
    return this.#sequences.filter((sequence) => !taken.has(sequence));
  }

  /** A sequence that holds as much as possible of what the generation begins with. */
  #prepared({ ids, mostCached }: Generation, free: readonly CachedSequence[]): CachedSequence {
    const common = (sequence: CachedSequence) => Math.min(sequence.common(ids), mostCached);
    const nearest = this.#sequences.reduce((best, each) => (common(each) > common(best) ? each : best));
    const tokens = common(nearest);
    // A conversation goes on where it stands; one that only begins like another leaves that where it is.
    const goesOn = tokens > 0 && 2 * tokens >= nearest.length && free.includes(nearest);
    const sequence = goesOn ? nearest : free[0]!;
    // What a recurrent model knows of a prefix is overwritten by what follows.
    const copied = tokens < worthCopying || this.#context.model.isRecurrent ? 0 : tokens;
    if (sequence === nearest) sequence.keep(tokens);
    else sequence.copyFrom(nearest, copied);
    return sequence;
  }

  #step(): void {
    const startedAtMs = monotonicMs();
    const pieces = this.#pieces();
    this.#batch.decode(pieces.map(({ part }) => part));
    this.#context.synchronize();
    const doneAtMs = monotonicMs();
    const tokens = pieces.reduce((sum, { part }) => sum + part.ids.length, 0);
    if (tokens >= tile) this.#msPerToken = (doneAtMs - startedAtMs) / tokens;
    let row = -1;
    for (const { generation, part } of pieces) {
      row += part.ids.length;
      try {
        generation.computed(part.ids);
        if (part.logits === "last" && generation.choose(row, doneAtMs)) this.#leave(generation);
      } catch (error) {
        const { sequence } = generation;
        this.#leave(generation, error);
        sequence!.keep(0);
      }
    }
  }

  /** What the next step computes of each. */
  #pieces(): { readonly generation: Generation; readonly part: Part & { readonly ids: number[] } }[] {
    const { batchSize } = this.#context;
    const writing = this.#running.filter(({ missing }) => missing === 1).slice(0, batchSize);
    const reading = this.#running.filter(({ missing }) => missing > 1);
    let room = Math.min(this.#mostRead(writing.length > 0), batchSize - writing.length);
    return [...writing, ...reading].flatMap((generation) => {
      const isReading = generation.missing > 1;
      const ids = generation.next(isReading ? room : 1);
      if (isReading) room -= ids.length;
      if (ids.length === 0) return [];
      const { index, length } = generation.sequence!;
      const logits = ids.length === generation.missing ? "last" : "none";
      return [{ generation, part: { sequence: index, position: length, ids, logits } as const }];
    });
  }

  /** Tokens of prompts in the next step. */
  #mostRead(othersWait: boolean): number {
    const { sequences, batchSize, microBatchSize } = this.#context;
    if (sequences === 1) return batchSize;
    // Also where nobody waits yet somebody may come, or the one who asked go.
    if (!othersWait) return microBatchSize;
    const affordable = Math.floor(patienceMs / this.#msPerToken / tile) * tile;
    // The library computes the next token of each sequence first, and what is left of the prompt behind that.
    return Math.min(microBatchSize, Math.max(tile, affordable) + 1);
  }

  /** It is over; with an error where that is why. */
  #leave(generation: Generation, error?: unknown): void {
    if (error !== undefined) generation.fail(error);
    const { sequence } = generation;
    this.#running = this.#running.filter((each) => each !== generation);
    const place = this.#waiting.indexOf(generation);
    if (place >= 0) this.#waiting.splice(place, 1);
    if (sequence) this.#sequences = [...this.#sequences.filter((each) => each !== sequence), sequence];
  }

  [Symbol.dispose](): void {
    this.#batch[Symbol.dispose]();
  }
}
