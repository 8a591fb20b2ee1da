import {
  type EndpointAddress,
  EngineError,
  type EngineInfo,
  type GenerateRequest,
  type GenerateTrace,
  type Json,
  type ScoreRequest,
  type Session,
  type TemplateMessage,
  type TokenizeOptions,
  type TokenLikelihood,
  type Tool,
} from "@quantlab/core";
import { anyWords } from "./any-words.ts";
import { type Dialect, dialectOf } from "./dialect.ts";
import { type Endpoint, endpointAt, posted, type ServedModel, servedModels } from "./endpoint.ts";
import { scoredPrompt } from "./scored-prompt.ts";
import { type CompletionRequest, type StreamedCompletion, streamCompletion } from "./stream-completion.ts";

/** Finds the model at its server, and what the server can do. Throws an EngineError where one of the two is not there. */
export async function openEndpoint(
  { url, name }: EndpointAddress,
  signal: AbortSignal,
): Promise<EndpointSession> {
  const endpoint = endpointAt(url);
  const model = modelNamed(await servedModels(endpoint, signal), name, url);
  return new EndpointSession(endpoint, model, dialectOf(model.owned_by));
}

/** The model of this name, or the only one. A server that lists none may have it all the same. */
function modelNamed(models: readonly ServedModel[], name: string | null, url: string): ServedModel {
  if (name !== null && models.length === 0) return { id: name };
  const [first] = models;
  const found = name === null && models.length === 1 ? first : models.find(({ id }) => id === name);
  if (found) return found;
  const names = models.map(({ id }) => id).join(", ");
  throw new EngineError(
    url,
    first ? `serves ${names}${name === null ? "" : `, and not ${name}`}` : "lists no model",
    `name one: ${url}#${first?.id ?? "<model>"}`,
  );
}

/** A model that a server holds. Where the server has its tokenizer, so has the session. */
export class EndpointSession implements Session {
  readonly engine: EngineInfo;
  readonly sequences = 1;
  readonly streamsText = true;
  readonly tokenize?: NonNullable<Session["tokenize"]>;
  readonly detokenize?: NonNullable<Session["detokenize"]>;
  readonly formatChat?: NonNullable<Session["formatChat"]>;
  readonly likelihoods?: NonNullable<Session["likelihoods"]>;
  readonly #endpoint: Endpoint;
  readonly #model: string;
  readonly #dialect: Dialect;

  constructor(endpoint: Endpoint, { id, max_model_len, meta }: ServedModel, dialect: Dialect) {
    this.#endpoint = endpoint;
    this.#model = id;
    this.#dialect = dialect;
    this.engine = {
      name: dialect.title,
      version: endpoint.url,
      devices: [],
      contextSize: meta?.n_ctx ?? max_model_len ?? meta?.n_ctx_train ?? 0,
      ...(meta?.n_vocab !== undefined && { vocabularySize: meta.n_vocab }),
      kvCacheTypes: null,
      flashAttention: null,
      buffers: {},
    };
    if (dialect.tokenizes) {
      this.tokenize = (text, options) => this.#tokenize(text, options);
      this.detokenize = (ids) => this.#detokenize(ids);
      this.formatChat = (messages, tools) => this.#formatChat(messages, tools);
    }
    if (dialect.echoes) this.likelihoods = (request, signal) => this.#likelihoods(request, signal);
  }

  async generate(request: GenerateRequest, signal: AbortSignal): Promise<GenerateTrace> {
    const { promptIds, newTokens, onPrompt, onText } = request;
    const onPiece = onText && (({ text }: { readonly text: string }) => onText(text));
    const answer = await streamCompletion(this.#endpoint, this.#completion(request), signal, onPiece);
    const { pieces, sentAtMs, usage } = answer;
    // Of a server that does not count, each piece stands for a token, and how many the prompt had is not known.
    const promptTokens = usage?.promptTokens ?? promptIds.length;
    const tokens = usage?.completionTokens ?? pieces.length;
    const readAnew = (request.cachedTokens ?? 0) === 0 && Object.keys(this.#dialect.uncached).length > 0;
    const cachedTokens = usage?.cachedTokens ?? (readAnew ? 0 : null);
    onPrompt?.(cachedTokens ?? 0);
    return {
      startedAtMs: sentAtMs,
      // From outside nothing else tells of it: the first token is chosen, and on its way, by then.
      promptDoneAtMs: (usage && pieces[0]?.atMs) ?? null,
      promptTokens: promptTokens - (cachedTokens ?? 0),
      tokenAtMs: timesOf(answer, Math.min(tokens, newTokens)),
      tokenIds: [],
      text: pieces.map(({ text }) => text).join(""),
      engineCounters: {
        pieces: pieces.length,
        ...(usage && { countedTokens: tokens }),
        ...(cachedTokens !== null && { cachedTokens }),
      },
    };
  }

  /** Servers are left as they are. */
  async [Symbol.asyncDispose](): Promise<void> {}

  #completion(request: GenerateRequest): CompletionRequest {
    const { newTokens, sampling, stopAtEndOfText, cachedTokens = 0 } = request;
    const { plain, uncached, endless } = this.#dialect;
    // Of the likeliest token alone nothing is to be cut off, and a server that is told not to sorts all of them for it.
    const drawn = sampling === "greedy" ? { temperature: 0 } : { ...plain, ...drawnBy(sampling) };
    return {
      ...{ model: this.#model, prompt: this.#promptOf(request), max_tokens: newTokens, ...drawn },
      ...(cachedTokens === 0 && uncached),
      ...(!stopAtEndOfText && endless),
    };
  }

  #promptOf({ promptIds, promptText }: GenerateRequest): string | number[] {
    if (this.tokenize) return [...promptIds];
    // Where any tokens would do, about as many words are as good.
    return promptText ?? Array.from(promptIds, (id) => anyWords[id % anyWords.length]).join(" ");
  }

  async #tokenize(text: string, { bos, special, eos }: TokenizeOptions): Promise<Int32Array> {
    if (eos) throw new EngineError(this.#endpoint.url, "puts no end behind a text");
    const body = { model: this.#model, content: text, add_special: bos, parse_special: special };
    const { tokens } = await posted<{ readonly tokens: readonly number[] }>(this.#root, "/tokenize", body);
    return Int32Array.from(tokens);
  }

  async #detokenize(ids: Int32Array): Promise<string> {
    const body = { model: this.#model, tokens: [...ids] };
    return (await posted<{ readonly content: string }>(this.#root, "/detokenize", body)).content;
  }

  async #formatChat(messages: readonly TemplateMessage[], tools?: readonly Tool[]): Promise<string> {
    const body = { model: this.#model, messages, ...(tools && { tools }) } as unknown as Json;
    return (await posted<{ readonly prompt: string }>(this.#root, "/apply-template", body)).prompt;
  }

  async #likelihoods({ ids, from }: ScoreRequest, signal: AbortSignal): Promise<readonly TokenLikelihood[]> {
    return (await scoredPrompt(this.#endpoint, this.#model, [...ids], signal)).slice(from);
  }

  /** What is no part of OpenAI's API lies beside its version. */
  get #root(): Endpoint {
    return { ...this.#endpoint, url: this.#endpoint.url.replace(/\/v\d+$/, "") };
  }
}

function drawnBy({ temperature, topP, topK, seed }: Exclude<GenerateRequest["sampling"], "greedy">) {
  return {
    ...{ temperature, seed },
    ...(topP !== undefined && { top_p: topP }),
    ...(topK !== undefined && { top_k: topK }),
  };
}

/**
 * When each token came. Servers send tokens as they are chosen, or several in one piece, and do not say which: they then
 * stand evenly among the pieces, the last one at the last.
 */
function timesOf({ pieces }: Pick<StreamedCompletion, "pieces">, tokens: number): number[] {
  if (pieces.length === 0) return [];
  return Array.from(
    { length: tokens },
    (_, index) => pieces[Math.floor((index * pieces.length) / tokens)]!.atMs,
  );
}
