import {
  type ChatMessage,
  EngineError,
  type EngineInfo,
  type EngineUsage,
  type GenerateRequest,
  type GenerateTrace,
  type Json,
  type LogitRows,
  type ScoreRequest,
  type Session,
} from "@quantlab/core";
import type { StartedWorker } from "./worker/start.ts";
import type { Worker } from "./worker/worker.ts";

/** A model that a worker holds. */
export class WorkerSession implements Session {
  readonly engine: EngineInfo;
  readonly #worker: Worker;
  readonly #clockOffsetMs: number;

  constructor({ worker, clockOffsetMs }: StartedWorker, engine: EngineInfo) {
    this.#worker = worker;
    this.#clockOffsetMs = clockOffsetMs;
    this.engine = engine;
  }

  async tokenize(text: string, { special }: { readonly special: boolean }): Promise<Int32Array> {
    return Int32Array.from((await this.#worker.request("tokenize", { text, special })).ids);
  }

  async detokenize(ids: Int32Array): Promise<string> {
    return (await this.#worker.request("detokenize", { ids: [...ids] })).text;
  }

  async formatChat(messages: readonly ChatMessage[]): Promise<string> {
    return (await this.#worker.request("formatChat", { messages })).text;
  }

  async generate(request: GenerateRequest, signal: AbortSignal): Promise<GenerateTrace> {
    const { promptIds, newTokens, sampling, stopAtEndOfText, onToken } = request;
    const trace = await this.#worker.request(
      "generate",
      { promptIds: [...promptIds], newTokens, sampling, stopAtEndOfText, stream: onToken !== undefined },
      { signal, onEvent: (_, data: Json) => onToken?.(data as number) },
    );
    return shifted(trace, this.#clockOffsetMs);
  }

  /** The worker computes one part ahead of the one that is being read; more wait in the pipe. */
  async *score({ ids, from }: ScoreRequest, signal: AbortSignal): AsyncGenerator<LogitRows> {
    const parts: LogitRows[] = [];
    let wake = () => {};
    let answered = false;
    const stop = new AbortController();
    const answer = this.#worker
      .request(
        "score",
        { ids: [...ids], from },
        {
          signal: AbortSignal.any([signal, stop.signal]),
          onFrame: ({ from: position, vocabulary, logits }) => {
            if (stop.signal.aborted) return;
            parts.push({ from: position, vocabulary, logits });
            this.#worker.pauseFrames();
            wake();
          },
        },
      )
      .finally(() => {
        answered = true;
        wake();
      });
    // Looked at below; until then a failure is nobody's unhandled rejection.
    answer.catch(() => {});
    let next = from;
    try {
      while (next < ids.length) {
        const part = parts.shift();
        if (part) {
          if (part.from !== next) throw outOfOrder(this.engine.name, part.from, next);
          next += part.logits.length / part.vocabulary;
          this.#worker.resumeFrames();
          yield part;
        } else if (answered) {
          // Every part that it announced has come before the answer was let through.
          await answer;
          throw outOfOrder(this.engine.name, ids.length, next);
        } else {
          await new Promise<void>((resolve) => {
            wake = resolve;
          });
        }
      }
      await answer;
    } finally {
      stop.abort();
      this.#worker.resumeFrames();
      await answer.catch(() => {});
    }
  }

  usage(): Promise<EngineUsage> {
    return this.#worker.request("usage", {});
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#worker[Symbol.asyncDispose]();
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

function outOfOrder(engine: string, found: number, expected: number): EngineError {
  return new EngineError(engine, `logits of position ${found} came where ${expected} was due`);
}
