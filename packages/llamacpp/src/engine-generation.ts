import { type GenerateRequest, type GenerateTrace, monotonicMs, unusableLogits } from "@quantlab/core";
import { type Context, Sampler } from "@quantlab/llama-capi";
import type { CachedSequence } from "./cached-sequence.ts";
import { engineName } from "./engine-info.ts";
import { schemaGrammar } from "./schema-grammar.ts";

/** One answer in the making. */
export class Generation {
  /** Prompt and answer so far. */
  readonly ids: number[];
  /** At most so many of them may be there before its clock starts. */
  readonly mostCached: number;
  readonly streams: boolean;
  /** Aborted where nobody waits for it any more. */
  readonly signal: AbortSignal;
  readonly #context: Context;
  readonly #request: GenerateRequest;
  readonly #sampler: Sampler | null;
  readonly #answer = Promise.withResolvers<GenerateTrace>();
  readonly #tokenIds: number[] = [];
  readonly #tokenAtMs: number[] = [];
  #sequence: CachedSequence | null = null;
  #cachedTokens = 0;
  #startedAtMs: number | null = null;
  #promptDoneAtMs: number | null = null;

  /** Throws a UsageError for a schema that an answer cannot be held to. */
  constructor(context: Context, request: GenerateRequest, signal: AbortSignal) {
    const { promptIds, cachedTokens = 0, sampling, schema, onToken } = request;
    this.ids = [...promptIds];
    this.mostCached = cachedTokens === "held" ? promptIds.length - 1 : cachedTokens;
    this.streams = onToken !== undefined;
    this.#context = context;
    this.#request = request;
    this.signal = signal;
    const grammar = schema === undefined ? null : schemaGrammar(schema);
    this.#sampler =
      sampling === "greedy" && grammar === null ? null : new Sampler(context.model, sampling, grammar);
  }

  /** Rejects with what `fail` was told. */
  get trace(): Promise<GenerateTrace> {
    return this.#answer.promise;
  }

  /** Where it is computed; null before that. */
  get sequence(): CachedSequence | null {
    return this.#sequence;
  }

  /** So many of its tokens are to be computed before the next one can be chosen. */
  get missing(): number {
    return this.ids.length - (this.#sequence?.length ?? 0);
  }

  /** Goes on in a sequence that begins like it. */
  begin(sequence: CachedSequence): void {
    this.#sequence = sequence;
    this.#startWhenCached();
  }

  /** What is to be computed next, at most `most` tokens. */
  next(most: number): number[] {
    const { length } = this.#sequence!;
    const end = this.#startedAtMs === null ? this.mostCached : this.ids.length;
    return this.ids.slice(length, Math.min(end, length + most));
  }

  /** They have been computed. */
  computed(ids: readonly number[]): void {
    this.#sequence!.computed(ids);
    this.#startWhenCached();
  }

  /** Chooses the next token from a row of logits that was there at `atMs`; true where it was the last. */
  choose(row: number, atMs: number): boolean {
    if (this.#promptDoneAtMs === null) {
      this.#promptDoneAtMs = atMs;
      this.#request.onPrompt?.(this.#cachedTokens);
    }
    const { newTokens, onToken } = this.#request;
    if (newTokens === 0) return this.#end();
    const likeliest = this.#context.argmax(row);
    if (likeliest < 0) throw unusableLogits(engineName, this.ids.length - 1);
    const id = this.#sampler ? this.#sampler.sample(this.#context, row) : likeliest;
    if (this.#endsByItself && this.#context.model.isEndOfGeneration(id)) return this.#end(id);
    this.#tokenAtMs.push(monotonicMs());
    this.#tokenIds.push(id);
    this.ids.push(id);
    onToken?.(id);
    return this.#tokenIds.length === newTokens ? this.#end() : false;
  }

  /** Behind the end of what a schema describes nothing may follow. */
  get #endsByItself(): boolean {
    return this.#request.stopAtEndOfText || this.#request.schema !== undefined;
  }

  fail(error: unknown): void {
    this.#sampler?.[Symbol.dispose]();
    this.#answer.reject(error);
  }

  #startWhenCached(): void {
    if (this.#startedAtMs !== null) return;
    const { length } = this.#sequence!;
    const asked = this.#request.cachedTokens ?? 0;
    if (asked !== "held" && length < asked) return;
    this.#cachedTokens = length;
    this.#context.synchronize();
    this.#context.resetCounters();
    this.#startedAtMs = monotonicMs();
  }

  #end(endTokenId?: number): true {
    this.#sampler?.[Symbol.dispose]();
    const alone = this.#context.sequences === 1;
    this.#answer.resolve({
      startedAtMs: this.#startedAtMs!,
      promptDoneAtMs: this.#promptDoneAtMs,
      promptTokens: this.#request.promptIds.length - this.#cachedTokens,
      tokenAtMs: this.#tokenAtMs,
      tokenIds: this.#tokenIds,
      ...(endTokenId !== undefined && { endTokenId }),
      // The library counts for all sequences together.
      engineCounters: alone ? { ...this.#context.counters } : {},
    });
    return true;
  }
}
