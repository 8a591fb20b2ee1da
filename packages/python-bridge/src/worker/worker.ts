import { createInterface } from "node:readline";
import {
  EngineError,
  type Json,
  QuantlabError,
  validate,
  type WorkerMethod,
  type WorkerParams,
  type WorkerReply,
  type WorkerResults,
} from "@quantlab/core";
import type { PythonEngine } from "../python-engine.ts";
import { type Frame, FrameReader } from "./frames.ts";
import { defaultLimits, type Limits } from "./limits.ts";
import { WorkerProcess } from "./worker-process.ts";

export interface RequestOptions {
  readonly signal?: AbortSignal | undefined;
  readonly onEvent?: ((event: "progress" | "token", data: Json) => void) | undefined;
  readonly onFrame?: ((frame: Frame) => void) | undefined;
  readonly limitMs?: number;
}

interface Pending {
  readonly method: WorkerMethod;
  /** Rows of logits that have come, on a pipe of their own: the answer may overtake them. */
  rows: number;
  /** Set when the answer has come and rows are still on their way. */
  settle: ((rows: number) => void) | null;
  readonly onEvent: RequestOptions["onEvent"];
  readonly onFrame: RequestOptions["onFrame"];
  /** A sign of life: waiting begins anew. */
  alive(): void;
  resolve(result: unknown): void;
  reject(error: unknown): void;
}

/** Speaks the protocol with one worker process. Answers are held against the schemas. */
export class Worker implements AsyncDisposable {
  readonly #engine: PythonEngine;
  readonly #limits: Limits;
  readonly #process: WorkerProcess;
  readonly #pending = new Map<number, Pending>();
  #nextId = 1;
  /** Why nothing can be asked any more. */
  #broken: QuantlabError | null = null;

  constructor(
    interpreter: string,
    engine: PythonEngine,
    environment: Readonly<Record<string, string>> = {},
    limits: Partial<Limits> = {},
  ) {
    this.#engine = engine;
    this.#limits = { ...defaultLimits, ...limits };
    this.#process = new WorkerProcess(interpreter, engine, environment);
    const { replies, frames } = this.#process;
    createInterface({ input: replies }).on("line", (line) => this.#take(line));
    const reader = new FrameReader((frame) => {
      const pending = this.#pending.get(frame.request);
      if (!pending) return;
      pending.alive();
      pending.rows += frame.logits.length / frame.vocabulary;
      pending.onFrame?.(frame);
      pending.settle?.(pending.rows);
    });
    frames.on("data", (chunk: Buffer) => {
      try {
        reader.push(chunk);
      } catch (cause) {
        this.#break(`wrote garbage instead of logits: ${(cause as Error).message}`, cause);
      }
    });
    frames.on("error", () => {});
    void this.#process.ended.then((how) => this.#break(`its worker ${how}`));
  }

  get pid(): number {
    return this.#process.pid;
  }

  get limits(): Limits {
    return this.#limits;
  }

  /** Frames wait in the pipe until `resumeFrames`, and the worker waits with them. */
  pauseFrames(): void {
    this.#process.frames.pause();
  }

  resumeFrames(): void {
    this.#process.frames.resume();
  }

  /**
   * Asks and waits for the answer. An abort cancels the request in the worker, or ends the worker when it does not
   * listen, and throws the signal's reason. Throws the worker's own error as a QuantlabError, and an EngineError when it
   * dies, falls silent or answers nonsense.
   */
  async request<Method extends WorkerMethod>(
    method: Method,
    params: NonNullable<WorkerParams[Method]>,
    options: RequestOptions = {},
  ): Promise<NonNullable<WorkerResults[Method & keyof WorkerResults]>> {
    const { signal, onEvent, onFrame, limitMs = this.#limits.requestMs } = options;
    signal?.throwIfAborted();
    if (this.#broken) throw this.#broken;
    const id = this.#nextId++;
    let timer: NodeJS.Timeout | undefined;
    const wait = (milliseconds: number, problem: string) => {
      clearTimeout(timer);
      timer = setTimeout(() => this.#break(problem), milliseconds);
    };
    const onAbort = () => {
      this.#send({ v: 1, id, method: "cancel", params: { id } });
      this.resumeFrames();
      wait(this.#limits.cancelMs, `its worker did not stop at a cancel and was ended`);
    };
    try {
      const result = await new Promise<unknown>((resolve, reject) => {
        const alive = () => {
          if (signal?.aborted) return;
          wait(limitMs, `its worker was silent for ${formatSeconds(limitMs)} during ${method} and was ended`);
        };
        this.#pending.set(id, {
          method,
          rows: 0,
          settle: null,
          onEvent,
          onFrame,
          alive,
          resolve,
          reject,
        });
        alive();
        signal?.addEventListener("abort", onAbort);
        this.#send({ v: 1, id, method, params: params as Json });
      });
      return result as NonNullable<WorkerResults[Method & keyof WorkerResults]>;
    } catch (error) {
      if (signal?.aborted) throw signal.reason;
      throw error;
    } finally {
      clearTimeout(timer);
      signal?.removeEventListener("abort", onAbort);
      this.#pending.delete(id);
    }
  }

  /** Ends the worker and everything it started. */
  async [Symbol.asyncDispose](): Promise<void> {
    const graceful = this.#broken === null && this.#pending.size === 0;
    if (graceful) this.#send({ v: 1, id: this.#nextId++, method: "unload", params: {} });
    await this.#process.end({ graceful });
  }

  #send(request: { v: 1; id: number; method: WorkerMethod; params: Json }): void {
    if (this.#process.running) this.#process.requests.write(`${JSON.stringify(request)}\n`);
  }

  #take(line: string): void {
    try {
      const reply: WorkerReply = validate("worker-reply", JSON.parse(line), "the worker's answer");
      const pending = this.#pending.get(reply.id);
      if (!pending) return;
      if ("event" in reply) {
        pending.alive();
        pending.onEvent?.(reply.event, reply.data);
      } else if ("error" in reply) {
        pending.reject(this.#errorOf(reply.error));
      } else {
        const { method } = pending;
        const results = validate("worker-results", { [method]: reply.result }, "the worker's answer");
        const resolve = () => pending.resolve(results[method as keyof WorkerResults]);
        const announced = results.score?.rows ?? 0;
        if (pending.rows >= announced) resolve();
        else pending.settle = (rows) => void (rows >= announced && resolve());
      }
    } catch (cause) {
      const { message } = cause as Error;
      this.#break(`its worker wrote garbage: ${JSON.stringify(line.slice(0, 80))} (${message})`, cause);
    }
  }

  #errorOf({
    code,
    message,
    remedy,
  }: {
    code: string;
    message: string;
    remedy: string | null;
  }): QuantlabError {
    const advice =
      remedy ?? (code === "ENVIRONMENT" ? `run "pnpm lab setup ${this.#engine.name} --again"` : null);
    return new QuantlabError(code, `${this.#engine.name}: ${message}`, { remedy: advice });
  }

  /** Fails every request, now and later, and ends the process. */
  #break(problem: string, cause?: unknown): void {
    this.#broken ??= new EngineError(this.#engine.name, problem, null, cause);
    for (const pending of this.#pending.values()) pending.reject(this.#broken);
    void this.#process.end({ graceful: false });
  }
}

function formatSeconds(milliseconds: number): string {
  const seconds = milliseconds / 1000;
  return seconds >= 120 ? `${+(seconds / 60).toFixed(1)} min` : `${+seconds.toFixed(1)} s`;
}
