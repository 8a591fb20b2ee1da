import { EngineError, errorFrom, type Json, type QuantlabError } from "@quantlab/core";
import { MessageReader } from "./message-reader.ts";
import type { FromProcess, ToProcess } from "./messages.ts";
import { describeEnd, type ProcessEnd, ProcessGroup, type Program } from "./process-group.ts";

/** How long a process may be silent, in milliseconds, before it counts as hung and is ended. */
export interface Limits {
  /** From a request, or the last message about it, to the next one; Infinity waits for ever. */
  readonly silenceMs: number;
  /** From a cancel to the answer that it took effect; 0 ends the process at once. */
  readonly cancelMs: number;
}

/** One generation of the slowest engine at real size is over within this. */
const defaultLimits: Limits = { silenceMs: 20 * 60_000, cancelMs: 5_000 };

/** Why a process cannot be asked any more. */
export interface Failure {
  readonly kind: "ended" | "silent" | "deaf" | "garbage";
  /** What goes behind "its process": "was ended by SIGKILL: its last words". */
  readonly what: string;
  /** Of a process that ended by itself. */
  readonly end: ProcessEnd | null;
}

export interface RemoteProgram extends Program {
  readonly limits?: Partial<Limits> | undefined;
  /** The error for one that ended, fell silent or wrote nonsense; an EngineError of `name` unless said. */
  readonly failure?: (failure: Failure) => QuantlabError;
}

export interface RequestOptions {
  /** An abort cancels the request, ends the process when that takes too long, and rejects with the signal's reason. */
  readonly signal?: AbortSignal | undefined;
  readonly onEvent?: ((event: string, data: Json, bytes?: Buffer) => void) | undefined;
  /** Answers an event that waits for it. */
  readonly onAsk?: ((event: string, data: Json) => Json | Promise<Json>) | undefined;
  /** Instead of the program's own limit. */
  readonly silenceMs?: number | undefined;
}

interface Pending extends RequestOptions {
  /** A sign of life: waiting begins anew. */
  alive(): void;
  resolve(result: Json): void;
  reject(error: unknown): void;
}

/** A Node script that calls `serve`, run on this Node. */
export function nodeScript(
  script: string,
  program: Omit<RemoteProgram, "command" | "arguments"> & { readonly arguments?: readonly string[] },
): RemoteProgram {
  return { ...program, command: process.execPath, arguments: [script, ...(program.arguments ?? [])] };
}

/** A process that answers requests until it is disposed of, which ends it and all that it started. */
export class RemoteProcess implements AsyncDisposable {
  readonly #program: RemoteProgram;
  readonly #limits: Limits;
  readonly #group: ProcessGroup;
  readonly #pending = new Map<number, Pending>();
  #nextId = 1;
  /** Why nothing can be asked any more. */
  #broken: Error | null = null;

  constructor(program: RemoteProgram) {
    this.#program = program;
    this.#limits = { ...defaultLimits, ...program.limits };
    this.#group = new ProcessGroup(program);
    const reader = new MessageReader((message, bytes) => this.#take(message, bytes));
    this.#group.messages.on("data", (chunk: Buffer) => {
      try {
        reader.push(chunk);
      } catch (cause) {
        this.#fail({ kind: "garbage", what: `wrote garbage: ${(cause as Error).message}`, end: null });
      }
    });
    void this.#group.ended.then((end) => this.#fail({ kind: "ended", what: describeEnd(end), end }));
  }

  /** Leads the group of all that it starts. */
  get pid(): number {
    return this.#group.pid;
  }

  get name(): string {
    return this.#program.name;
  }

  /** Messages wait in the pipe until the next request or `resume`, and the process waits with them. */
  pause(): void {
    this.#group.messages.pause();
  }

  resume(): void {
    this.#group.messages.resume();
  }

  /**
   * Asks and waits for the answer. Throws what was thrown there, of the same class; the program's failure when it ends,
   * falls silent or writes nonsense, once nothing is left of it; and the signal's reason after an abort.
   */
  async request<Result = Json>(
    method: string,
    params: unknown,
    options: RequestOptions = {},
  ): Promise<Result> {
    const { signal, silenceMs = this.#limits.silenceMs } = options;
    signal?.throwIfAborted();
    if (this.#broken) throw this.#broken;
    const id = this.#nextId++;
    const answer = Promise.withResolvers<Json>();
    let timer: NodeJS.Timeout | undefined;
    const wait = (milliseconds: number, kind: Failure["kind"], what: string) => {
      clearTimeout(timer);
      if (milliseconds === Number.POSITIVE_INFINITY) return;
      timer = setTimeout(() => this.#fail({ kind, what: `${what} and was ended`, end: null }), milliseconds);
    };
    const alive = () => {
      if (signal?.aborted) return;
      wait(silenceMs, "silent", `was silent for ${formatDuration(silenceMs)} during ${method}`);
    };
    const onAbort = () => {
      this.#send({ id, cancel: true });
      this.resume();
      wait(this.#limits.cancelMs, "deaf", "did not stop at a cancel");
    };
    this.#pending.set(id, { ...options, alive, resolve: answer.resolve, reject: answer.reject });
    signal?.addEventListener("abort", onAbort);
    alive();
    this.resume();
    this.#send({ id, method, params: params as Json });
    try {
      const result = await answer.promise;
      signal?.throwIfAborted();
      return result as Result;
    } catch (error) {
      signal?.throwIfAborted();
      throw error;
    } finally {
      clearTimeout(timer);
      signal?.removeEventListener("abort", onAbort);
      this.#pending.delete(id);
    }
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#group.end();
  }

  #send(message: ToProcess): void {
    this.#group.requests.write(`${JSON.stringify(message)}\n`);
  }

  #take(message: FromProcess, bytes?: Buffer): void {
    const { id } = message;
    const pending = this.#pending.get(id);
    // What still comes of a process that is being ended changes nothing.
    if (!pending || this.#broken) return;
    pending.alive();
    if ("error" in message) pending.reject(errorFrom(message.error));
    else if ("result" in message) pending.resolve(message.result);
    else void this.#hear(pending, message, bytes);
  }

  async #hear(
    pending: Pending,
    message: Extract<FromProcess, { event: string }>,
    bytes?: Buffer,
  ): Promise<void> {
    const { id, event, data, ask } = message;
    try {
      if (ask === undefined) pending.onEvent?.(event, data, bytes);
      else this.#send({ id, ask, answer: (await pending.onAsk?.(event, data)) ?? null });
    } catch (error) {
      await this.#break(error as Error);
    }
  }

  #fail(failure: Failure): void {
    const { name, failure: own } = this.#program;
    void this.#break(own ? own(failure) : new EngineError(name, `its process ${failure.what}`));
  }

  /** Ends the process, then fails every request, now and later. */
  async #break(error: Error): Promise<void> {
    this.#broken ??= error;
    await this.#group.end();
    for (const pending of this.#pending.values()) pending.reject(this.#broken);
  }
}

/** One request of a process of its own, which ends with it. */
export async function callOnce<Result = Json>(
  program: RemoteProgram,
  method: string,
  params: unknown,
  options: RequestOptions = {},
): Promise<Result> {
  options.signal?.throwIfAborted();
  await using remote = new RemoteProcess(program);
  return await remote.request<Result>(method, params, options);
}

function formatDuration(milliseconds: number): string {
  const seconds = milliseconds / 1000;
  return seconds >= 120 ? `${+(seconds / 60).toFixed(1)} min` : `${+seconds.toFixed(1)} s`;
}
