import {
  EngineError,
  type EngineInfo,
  type EngineUsage,
  type GenerateRequest,
  type GenerateTrace,
  type Json,
  type LogitRows,
  type ModelFile,
  monotonicMs,
  type ScoreRequest,
  type Session,
  type SessionMethod,
  type SessionParams,
  type SessionResults,
  type TemplateMessage,
  type TextSession,
  type TokenizeOptions,
  type Tool,
  validate,
} from "@quantlab/core";
import { RemoteProcess, type RemoteProgram, type RequestOptions } from "./remote-process.ts";

/** The version of a session's methods; both sides are of one checkout, or one of them is broken. */
export const protocol = 1;

/** From its start to its first answer: a cold start reads some gigabytes of libraries. */
const startMs = 5 * 60_000;

/** Starts a program that serves a session's methods and has it load a model. The session ends with the program. */
export async function openSession(
  program: RemoteProgram,
  load: { readonly model: ModelFile; readonly options: Readonly<Record<string, Json>> },
  signal: AbortSignal,
): Promise<TextSession> {
  signal.throwIfAborted();
  const silenceMs = Math.min(startMs, program.limits?.silenceMs ?? startMs);
  const startedAtMs = monotonicMs();
  const remote = new RemoteProcess(program);
  try {
    const hello = await ask(remote, "hello", {}, { signal, silenceMs });
    if (hello.protocol !== protocol) {
      throw new EngineError(
        program.name,
        `its process speaks version ${hello.protocol} of the protocol, the lab ${protocol}`,
        "run git status, then pnpm install",
      );
    }
    const saidHelloAtMs = monotonicMs();
    const { sequences, logits, schemas, embeddings, texts, ...info } = await ask(remote, "load", load, {
      signal,
    });
    const startup = { runtimeMs: saidHelloAtMs - startedAtMs, modelMs: monotonicMs() - saidHelloAtMs };
    const engine = { ...info, pid: remote.pid, startup };
    const offers = {
      ...{ sequences, logits, schemas, embeddings, texts },
      clockOffsetMs: await clockOffset(remote),
    };
    return new RemoteSession(remote, engine, offers);
  } catch (error) {
    await remote[Symbol.asyncDispose]();
    throw error;
  }
}

/** To add to its times; 0 unless its clock lies outside of the moment in which it was asked. */
async function clockOffset(remote: RemoteProcess): Promise<number> {
  const before = monotonicMs();
  const { nowMs } = await ask(remote, "hello", {});
  const after = monotonicMs();
  return nowMs >= before && nowMs <= after ? 0 : (before + after) / 2 - nowMs;
}

/** Asks a method of a session; an answer that does not fit its schema is an EngineError. */
async function ask<Method extends SessionMethod>(
  remote: RemoteProcess,
  method: Method,
  params: NonNullable<SessionParams[Method]>,
  options: RequestOptions = {},
): Promise<NonNullable<SessionResults[Method]>> {
  const result = await remote.request(method, params, options);
  try {
    return validate("session-results", { [method]: result }, "its answer")[method]!;
  } catch (cause) {
    throw new EngineError(remote.name, `its process wrote garbage: ${(cause as Error).message}`, null, cause);
  }
}

interface Offers {
  readonly sequences: number;
  readonly logits: boolean;
  readonly schemas: boolean | undefined;
  readonly embeddings: boolean | undefined;
  readonly texts: boolean | undefined;
  readonly clockOffsetMs: number;
}

/** A model that another process holds, whatever it is written in. */
class RemoteSession implements TextSession {
  readonly sequences: number;
  readonly score?: NonNullable<Session["score"]>;
  readonly keepsSchema?: true;
  readonly streamsText?: true;
  readonly embed?: NonNullable<Session["embed"]>;
  readonly #remote: RemoteProcess;
  readonly #clockOffsetMs: number;
  #engine: EngineInfo;

  constructor(remote: RemoteProcess, engine: EngineInfo, offers: Offers) {
    this.#remote = remote;
    this.#engine = engine;
    this.#clockOffsetMs = offers.clockOffsetMs;
    this.sequences = offers.sequences;
    if (offers.texts) this.streamsText = true;
    if (offers.schemas) this.keepsSchema = true;
    if (offers.embeddings) this.embed = (ids, signal) => this.#embed(ids, signal);
    if (offers.logits) this.score = (request, signal) => this.#score(request, signal);
  }

  get engine(): EngineInfo {
    return this.#engine;
  }

  async tokenize(text: string, options: TokenizeOptions): Promise<Int32Array> {
    return Int32Array.from((await ask(this.#remote, "tokenize", { text, ...options })).ids);
  }

  async detokenize(ids: Int32Array): Promise<string> {
    return (await ask(this.#remote, "detokenize", { ids: [...ids] })).text;
  }

  async formatChat(messages: readonly TemplateMessage[], tools?: readonly Tool[]): Promise<string> {
    return (await ask(this.#remote, "formatChat", { messages, ...(tools && { tools }) })).text;
  }

  async generate(request: GenerateRequest, signal: AbortSignal): Promise<GenerateTrace> {
    const { promptIds, newTokens, sampling, stopAtEndOfText, cachedTokens = 0 } = request;
    const { schema, onPrompt, onToken, onText } = request;
    const onEvent = (event: string, data: Json) => {
      if (event === "token") {
        const [id, text] = Array.isArray(data) ? (data as [number, string]) : [data as number, ""];
        onToken?.(id);
        if (text) onText?.(text);
      } else if (event === "rest" || event === "text") {
        if (data) onText?.(data as string);
      } else if (event === "prompt") onPrompt?.(data as number);
      else this.#engine = { ...this.#engine, ...(data as object) };
    };
    const stream = onText ? ("texts" as const) : onToken !== undefined;
    const params = {
      ...{ promptIds: [...promptIds], newTokens, sampling, stopAtEndOfText, stream },
      ...(cachedTokens !== 0 && { cachedTokens }),
      ...(schema !== undefined && { schema }),
    };
    const trace = await ask(this.#remote, "generate", params, { signal, onEvent });
    return shifted(trace, this.#clockOffsetMs);
  }

  /** The engine computes one part ahead of the one that is being read; more wait in the pipe. */
  async *#score(request: ScoreRequest, signal: AbortSignal): AsyncGenerator<LogitRows> {
    const { ids, from, prefixFirst = false } = request;
    const parts: LogitRows[] = [];
    let wake = () => {};
    let answered = false;
    const stop = new AbortController();
    const onEvent = (_: string, data: Json, bytes?: Buffer) => {
      if (stop.signal.aborted || !bytes) return;
      const place = data as unknown as Omit<LogitRows, "logits">;
      parts.push({ ...place, logits: new Float32Array(bytes.buffer, 0, bytes.length / 4) });
      this.#remote.pause();
      wake();
    };
    const options = { signal: AbortSignal.any([signal, stop.signal]), onEvent };
    const answer = ask(this.#remote, "score", { ids: [...ids], from, prefixFirst }, options).finally(() => {
      answered = true;
      wake();
    });
    // Looked at below; until then a failure is nobody's unhandled rejection.
    answer.catch(() => {});
    let next = from;
    try {
      for (;;) {
        const part = parts.shift();
        if (part) {
          if (part.from !== next) throw this.#outOfOrder(part.from, next);
          next += part.logits.length / part.vocabulary;
          this.#remote.resume();
          yield part;
        } else if (answered) {
          await answer;
          if (next !== ids.length) throw this.#outOfOrder(ids.length, next);
          return;
        } else {
          await new Promise<void>((resolve) => {
            wake = resolve;
          });
        }
      }
    } finally {
      stop.abort();
      await answer.catch(() => {});
    }
  }

  async #embed(ids: Int32Array, signal: AbortSignal): Promise<Float32Array> {
    let vector: Float32Array | null = null;
    const onEvent = (_: string, __: Json, bytes?: Buffer) => {
      if (bytes) vector = new Float32Array(bytes.buffer, 0, bytes.length / 4);
    };
    await ask(this.#remote, "embed", { ids: [...ids] }, { signal, onEvent });
    if (vector) return vector;
    throw new EngineError(this.#remote.name, "its process told no vector");
  }

  usage(): Promise<EngineUsage> {
    return ask(this.#remote, "usage", {});
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#remote[Symbol.asyncDispose]();
  }

  #outOfOrder(found: number, expected: number): EngineError {
    return new EngineError(this.#remote.name, `logits of position ${found} came where ${expected} was due`);
  }
}

function shifted(trace: GenerateTrace, byMs: number): GenerateTrace {
  if (byMs === 0) return trace;
  return {
    ...trace,
    startedAtMs: trace.startedAtMs + byMs,
    promptDoneAtMs: trace.promptDoneAtMs === null ? null : trace.promptDoneAtMs + byMs,
    tokenAtMs: trace.tokenAtMs.map((at) => at + byMs),
  };
}
