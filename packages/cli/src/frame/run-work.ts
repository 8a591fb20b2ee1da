import { spawn } from "node:child_process";
import { createInterface } from "node:readline";
import type { Readable } from "node:stream";
import { EngineError, QuantlabError } from "@quantlab/core";
import { internal, type WorkEvent } from "./work-events.ts";

/** A process that is to do one job. */
export interface Worker {
  /** The file that calls `serveWork`, absolute. */
  readonly entry: string;
  /** Added to the variables of this process. */
  readonly environment?: Readonly<Record<string, string>>;
}

export interface Work<Job> {
  /** Goes there as JSON. */
  readonly job: Job;
  /** The engine's name, for when its process dies. */
  readonly engine: string;
}

/** Works in a process of its own, from its start to its end. */
export async function runWork<Job, Note, Result>(
  { job, engine, ...worker }: Work<Job> & Worker,
  onNote: (note: Note) => void,
  signal: AbortSignal,
): Promise<Result> {
  signal.throwIfAborted();
  using started = startWorker(worker);
  return await started.run<Job, Note, Result>({ job, engine }, onNote, signal);
}

/** A process that has been started, and loads what it needs while its job is made ready. */
export interface StartedWorker extends Disposable {
  /** Once. Aborting ends the process at once. */
  run<Job, Note, Result>(work: Work<Job>, onNote: (note: Note) => void, signal: AbortSignal): Promise<Result>;
}

/**
 * Starts a process of its own: llama.cpp's calls block a process, Ctrl-C included, and a broken model file may bring
 * it down. `using` ends it, whatever it is at.
 */
export function startWorker({ entry, environment = {} }: Worker): StartedWorker {
  const child = spawn(process.execPath, [entry], {
    stdio: ["pipe", "ignore", "pipe", "pipe"],
    env: { ...process.env, ...environment },
  });
  const ended = endOf(child);
  // Told where a job waits for it.
  ended.catch(() => {});
  // Listened to from now on: it may be gone before its job comes.
  const lines = createInterface({ input: child.stdio[3] as Readable })[Symbol.asyncIterator]();
  const chatter = lastLines(child.stderr as Readable);
  // An engine that died reads no more; how it ended is told below.
  child.stdin?.on("error", () => {});
  const stop = () => child.kill("SIGKILL");

  async function run<Job, Note, Result>(
    { job, engine }: Work<Job>,
    onNote: (note: Note) => void,
    signal: AbortSignal,
  ): Promise<Result> {
    signal.throwIfAborted();
    signal.addEventListener("abort", stop);
    try {
      child.stdin?.write(`${JSON.stringify(job)}\n`);
      let last: WorkEvent<Note, Result> | null = null;
      for await (const line of lines) {
        last = JSON.parse(line) as WorkEvent<Note, Result>;
        if (last.event === "note") onNote(last.note);
      }
      const how = await ended;
      signal.throwIfAborted();
      if (last?.event === "done") return last.result;
      if (last?.event === "error") throw errorFrom(last);
      throw new EngineError(
        engine,
        `its process ended with ${how}${chatter() ? `: ${chatter()}` : ""}`,
        "check the file with pnpm lab models info, and the free memory with pnpm lab doctor",
      );
    } finally {
      signal.removeEventListener("abort", stop);
    }
  }
  return { run, [Symbol.dispose]: stop };
}

function endOf(child: ReturnType<typeof spawn>): Promise<string> {
  return new Promise((resolve, reject) => {
    child.once("error", reject);
    child.once("close", (code, signalName) => resolve(signalName ?? `exit code ${code}`));
  });
}

/** Collects what a stream says and returns its last line on request. */
function lastLines(stream: Readable): () => string {
  let tail = "";
  stream.setEncoding("utf8").on("data", (part: string) => {
    tail = (tail + part).slice(-4000);
  });
  return () => tail.trim().split("\n").at(-1) ?? "";
}

function errorFrom(told: WorkEvent<never, never> & { event: "error" }): Error {
  const { code, message, remedy, exitCode, stack } = told;
  const error =
    code === internal ? new Error(message) : new QuantlabError(code, message, { remedy, exitCode });
  error.stack = stack;
  return error;
}
