import { writeSync } from "node:fs";
import path from "node:path";
import { createInterface } from "node:readline";
import { Worker } from "node:worker_threads";
import { errorDocument, type Json, QuantlabError } from "@quantlab/core";
import { endGroup } from "./end-group.ts";
import type { FromProcess, ToProcess } from "./messages.ts";

export interface CallContext {
  /** Aborted by a cancel, and when the caller is gone: then only what runs at once still runs. */
  readonly signal: AbortSignal;
  /** Told at once, also from inside a native call. The caller's pipe being full, it waits. */
  emit(event: string, data: unknown, bytes?: NodeJS.ArrayBufferView): void;
  /** Tells, and waits until the caller has answered. */
  ask(event: string, data: unknown): Promise<Json>;
}

/** What is done for one method. `params` and the result are JSON; what it throws is thrown at the caller. */
// biome-ignore lint/suspicious/noExplicitAny: JSON of a shape that the method's two sides agree on.
export type Call = (params: any, context: CallContext) => unknown;

/**
 * Answers requests with `calls` until the caller ends this process or is gone, which ends it and all that it started.
 * Requests do not wait for one another.
 */
export function serve(calls: Readonly<Record<string, Call>>): void {
  const running = new Map<number, AbortController>();
  const asked = new Map<number, (answer: Json) => void>();
  let asks = 0;

  async function answer(id: number, method: string, params: Json): Promise<void> {
    const cancel = new AbortController();
    running.set(id, cancel);
    try {
      const call = Object.hasOwn(calls, method) ? calls[method] : undefined;
      if (!call) throw unknown(method, calls);
      const result = await call(params, contextOf(id, cancel.signal));
      send({ id, result: (result ?? null) as Json });
    } catch (error) {
      send({ id, error: errorDocument(error) });
    } finally {
      running.delete(id);
    }
  }

  function contextOf(id: number, signal: AbortSignal): CallContext {
    return {
      signal,
      emit(event, data, bytes) {
        send({ id, event, data: data as Json, ...(bytes && { bytes: bytes.byteLength }) }, bytes);
      },
      ask(event, data) {
        const ask = ++asks;
        send({ id, event, data: data as Json, ask });
        return new Promise((resolve) => asked.set(ask, resolve));
      },
    };
  }

  createInterface({ input: process.stdin }).on("line", (line) => {
    const message = JSON.parse(line) as ToProcess;
    if ("method" in message) void answer(message.id, message.method, message.params);
    else if ("cancel" in message) running.get(message.id)?.abort(new QuantlabError("CANCELLED", "cancelled"));
    else asked.get(message.ask)?.(message.answer);
  });
  // The caller holds our stdin open.
  process.stdin.on("end", () => {
    for (const cancel of running.values()) cancel.abort();
    endGroup();
  });
  const workerData = { caller: process.ppid, everyMs: 500 };
  new Worker(path.join(import.meta.dirname, "watchdog.ts"), { workerData }).unref();
}

/** Written at once: a library's calls leave the event loop no time. */
function send(message: FromProcess, bytes?: NodeJS.ArrayBufferView): void {
  writeWhole(Buffer.from(`${JSON.stringify(message)}\n`));
  if (bytes) writeWhole(Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength));
}

function writeWhole(bytes: Uint8Array): void {
  for (let rest = bytes; rest.length > 0; ) rest = rest.subarray(writeSync(3, rest));
}

function unknown(method: string, calls: Readonly<Record<string, Call>>): QuantlabError {
  return new QuantlabError(
    "BAD_REQUEST",
    `there is no call "${method}"; there are ${Object.keys(calls).join(", ")}`,
  );
}
