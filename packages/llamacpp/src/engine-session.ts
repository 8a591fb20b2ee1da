import { statSync } from "node:fs";
import {
  type DeviceMemory,
  EngineError,
  type EngineInfo,
  type GenerateRequest,
  type GenerateTrace,
  type LogitRows,
  type ModelFile,
  type ScoreRequest,
  type TemplateMessage,
  type TextSession,
  type TokenizeOptions,
  type Tool,
  UsageError,
} from "@quantlab/core";
import { Context, type ContextSettings, Model } from "@quantlab/llama-capi";
import { firstContextSize } from "./common-options.ts";
import { EngineDevices } from "./engine-devices.ts";
import { Embedder } from "./engine-embed.ts";
import { Generations } from "./engine-generations.ts";
import { engineInfo, engineName } from "./engine-info.ts";
import type { LlamacppEngineOptions } from "./engine-options.ts";
import { rowsAtOnce, Scorer } from "./engine-score.ts";
import { type EngineSettings, engineSettings } from "./engine-settings.ts";
import { checkContextFits, checkModelFits } from "./engine-space.ts";
import { contextTooSmall, requireGguf, requirePrompt, requireTokens } from "./refusals.ts";

/** A model, the context that generates, and others for scoring and for vectors that are made when they are first wanted. */
export class EngineSession implements TextSession {
  readonly sequences: number;
  readonly keepsSchema = true;
  readonly #model: Model;
  readonly #settings: EngineSettings;
  readonly #fixedSize: number | null;
  readonly #logitsBytes: number | undefined;
  readonly #devices: EngineDevices;
  #context: Context;
  /** Null for a model that writes no text. */
  #generations: Generations | null = null;
  #scorer: Scorer | null = null;
  #embedder: Embedder | null = null;

  constructor(file: ModelFile, options: LlamacppEngineOptions) {
    requireGguf(engineName, file);
    const bytes = statSync(file.path, { throwIfNoEntry: false })?.size ?? 0;
    checkModelFits(file.path, bytes);
    this.#settings = engineSettings(options);
    this.sequences = options.sequences ?? 1;
    this.#fixedSize = options.contextSize ?? null;
    this.#logitsBytes = options.logitsBytes;
    this.#devices = new EngineDevices(options);
    using owned = new DisposableStack();
    this.#model = owned.use(Model.load(file.path, options));
    if (this.#model.isCausal) {
      this.#context = this.#contextOf(firstContextSize(options, this.#model.trainedContext));
      this.#generations = new Generations(this.#context);
    } else {
      this.#embedder = this.#embedderFor(this.#model.trainedContext);
      this.#context = this.#embedder.context;
    }
    owned.move();
    this.#devices.loaded(this.#model, this.#context);
  }

  get engine(): EngineInfo {
    const info = engineInfo(this.#model, this.#context, this.#settings);
    // Scoring has a context of its own, which grows with the longest sequence.
    return { ...info, contextSize: Math.max(info.contextSize, this.#scorer?.context.contextSize ?? 0) };
  }

  async tokenize(text: string, options: TokenizeOptions): Promise<Int32Array> {
    return this.#model.tokenize(text, options);
  }

  async detokenize(ids: Int32Array): Promise<string> {
    this.#checkKnown(ids);
    return this.#model.detokenize(ids);
  }

  async formatChat(messages: readonly TemplateMessage[], tools?: readonly Tool[]): Promise<string> {
    return this.#model.applyChatTemplate(messages, true, tools);
  }

  async generate(request: GenerateRequest, signal: AbortSignal): Promise<GenerateTrace> {
    signal.throwIfAborted();
    this.#requireText();
    this.#checkIds(request.promptIds);
    requirePrompt(engineName, request);
    this.#makeRoom(request.promptIds.length + request.newTokens);
    return this.#generations!.generate(request, signal);
  }

  async deviceMemory(): Promise<DeviceMemory | null> {
    this.#devices.look(this.#model, this.#contexts());
    return this.#devices.summary();
  }

  async *score(request: ScoreRequest, signal: AbortSignal): AsyncGenerator<LogitRows> {
    this.#requireText();
    this.#checkIds(request.ids);
    yield* this.#scorerFor(request.ids.length).rows(request, signal);
  }

  async embed(ids: Int32Array, signal: AbortSignal): Promise<Float32Array> {
    signal.throwIfAborted();
    this.#checkIds(ids);
    const { trainedContext } = this.#model;
    if (ids.length > trainedContext)
      throw new EngineError(
        engineName,
        `a text of ${ids.length} tokens, and the model was trained on ${trainedContext}`,
        "give a shorter text, or its parts",
      );
    return this.#embedderFor(ids.length).embed(ids);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#generations?.[Symbol.dispose]();
    for (const context of new Set(this.#contexts())) context[Symbol.dispose]();
    this.#model[Symbol.dispose]();
  }

  #checkIds(ids: Int32Array): void {
    requireTokens(engineName, ids);
    this.#checkKnown(ids);
  }

  /** An id outside the vocabulary would be read from beyond the tables of embeddings and texts. */
  #checkKnown(ids: Int32Array): void {
    const { vocabularySize } = this.#model;
    const foreign = ids.find((id) => id < 0 || id >= vocabularySize);
    if (foreign === undefined) return;
    throw new EngineError(
      engineName,
      `token ${foreign} is not in the vocabulary of ${vocabularySize}`,
      "tokenize the text with this model",
    );
  }

  #makeRoom(tokens: number): void {
    const { sequenceSize } = this.#context;
    if (tokens <= sequenceSize) return;
    if (this.#fixedSize !== null) throw contextTooSmall(engineName, tokens, sequenceSize);
    const larger = this.#contextOf(roundUp(tokens));
    this.#devices.look(this.#model, [...this.#contexts(), larger]);
    this.#generations?.[Symbol.dispose]();
    this.#context[Symbol.dispose]();
    this.#context = larger;
    this.#generations = new Generations(larger);
  }

  #contexts(): Context[] {
    const others = [this.#scorer, this.#embedder].flatMap((each) => each?.context ?? []);
    return [this.#context, ...others];
  }

  #requireText(): void {
    if (this.#generations) return;
    throw new UsageError(`${this.#model.path} writes no text`, "choose a text model");
  }

  #embedderFor(tokens: number): Embedder {
    if (this.#embedder && this.#embedder.context.contextSize >= tokens) return this.#embedder;
    this.#embedder?.context[Symbol.dispose]();
    this.#embedder = null;
    const size = Math.max(cacheStep, roundUp(tokens));
    // A text goes in at once: its vector is of all its tokens.
    const atOnce = { batchSize: size, microBatchSize: size, outputsMax: size };
    const contextOf = (pooling: "model" | "mean") =>
      this.#newContext({ contextSize: size, ...atOnce, pooling });
    this.#embedder = new Embedder(contextOf);
    return this.#embedder;
  }

  #scorerFor(tokens: number): Scorer {
    if (this.#scorer && this.#scorer.context.contextSize >= tokens) return this.#scorer;
    this.#scorer?.context[Symbol.dispose]();
    this.#scorer = null;
    // A token is compared with all places up to the next step, so a pass over more steps than one compares for nothing.
    const microBatchSize = Math.min(this.#settings.microBatchSize, cacheStep);
    const outputsMax = rowsAtOnce(this.#model.vocabularySize, microBatchSize, this.#logitsBytes);
    const contextSize = Math.max(512, roundUp(tokens));
    this.#scorer = new Scorer(this.#newContext({ contextSize, outputsMax, microBatchSize }));
    return this.#scorer;
  }

  /** To generate in. */
  #contextOf(contextSize: number): Context {
    const { sequences } = this;
    return this.#newContext({ contextSize: sequences * contextSize, sequences, outputsMax: sequences });
  }

  #newContext(sizes: Pick<ContextSettings, "contextSize"> & Partial<ContextSettings>): Context {
    const settings = { ...this.#settings, ...sizes };
    checkContextFits(this.#model, settings);
    return new Context(this.#model, settings);
  }
}

/** Tokens in which llama.cpp pads its KV cache; contexts grow by as many. */
const cacheStep = 256;

function roundUp(tokens: number): number {
  return Math.ceil(tokens / cacheStep) * cacheStep;
}
