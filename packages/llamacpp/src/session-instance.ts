import type {
  DeviceMemory,
  EngineInfo,
  GenerateRequest,
  GenerateTrace,
  TemplateMessage,
  TextSession,
  TokenizeOptions,
  Tool,
} from "@quantlab/core";
import type { Llama, LlamaContext, LlamaModel, Token } from "node-llama-cpp";
import { contextTooSmall, requirePrompt, requireTokens } from "./refusals.ts";
import { formatChatText } from "./session-chat.ts";
import type { SessionDevices } from "./session-devices.ts";
import { generationError, sessionName } from "./session-errors.ts";
import { generateInSession } from "./session-generate.ts";
import { createLoggedContext, type LoadedSession } from "./session-load.ts";
import { isMeasured, requireNumbers } from "./session-logits.ts";
import type { LlamacppSessionOptions } from "./session-options.ts";

/** A model of node-llama-cpp and its context, which grows unless its size was given. */
export class LlamacppSession implements TextSession {
  readonly sequences = 1;
  readonly #llama: Llama;
  readonly #model: LlamaModel;
  readonly #devices: SessionDevices;
  readonly #options: LlamacppSessionOptions;
  readonly #engine: EngineInfo;
  #context: LlamaContext;
  /** Whether its logits have been seen to be numbers. */
  #seen = false;

  constructor(
    { llama, model, context, devices }: LoadedSession,
    engine: EngineInfo,
    options: LlamacppSessionOptions,
  ) {
    this.#llama = llama;
    this.#model = model;
    this.#devices = devices;
    this.#context = context;
    this.#engine = engine;
    this.#options = options;
  }

  get engine(): EngineInfo {
    return { ...this.#engine, contextSize: this.#context.contextSize };
  }

  /** node-llama-cpp leaves BOS to its caller. */
  async tokenize(text: string, { bos, special }: TokenizeOptions): Promise<Int32Array> {
    const ids = this.#model.tokenize(text, special);
    const { bos: first, shouldPrependBosToken } = this.#model.tokens;
    return Int32Array.from(bos && shouldPrependBosToken && first !== null ? [first, ...ids] : ids);
  }

  async detokenize(ids: Int32Array): Promise<string> {
    return this.#model.detokenize(Array.from(ids) as Token[], true);
  }

  formatChat(messages: readonly TemplateMessage[], tools?: readonly Tool[]): Promise<string> {
    return formatChatText(this.#model, messages, tools);
  }

  async generate(request: GenerateRequest, signal: AbortSignal): Promise<GenerateTrace> {
    signal.throwIfAborted();
    requireTokens(sessionName, request.promptIds);
    requirePrompt(sessionName, request);
    try {
      await this.#makeRoom(request.promptIds.length + request.newTokens, signal);
      if (!isMeasured(request)) await this.#see(request.promptIds[0]!);
      return await generateInSession(this.#context, request, signal);
    } catch (cause) {
      signal.throwIfAborted();
      throw generationError(cause);
    }
  }

  deviceMemory(): Promise<DeviceMemory | null> {
    return this.#devices.look();
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#context.dispose();
    await this.#model.dispose();
  }

  /** Before anything is streamed: weights that are no numbers mostly spoil every token. */
  async #see(token: number): Promise<void> {
    if (this.#seen) return;
    const sequence = this.#context.getSequence();
    try {
      await requireNumbers(sequence, token, 0);
      this.#seen = true;
    } finally {
      await sequence.dispose();
    }
  }

  /** Past its end node-llama-cpp would drop the oldest tokens without a word: another workload, other answers. */
  async #makeRoom(tokens: number, signal: AbortSignal): Promise<void> {
    if (tokens <= this.#context.contextSize) return;
    if (this.#options.contextSize !== undefined) {
      throw contextTooSmall(sessionName, tokens, this.#context.contextSize);
    }
    await this.#context.dispose();
    const larger = await createLoggedContext(this.#llama, this.#model, tokens, this.#options, signal);
    this.#context = larger.context;
    this.#devices.replaced(larger.lines);
  }
}
