import { spawn } from "node:child_process";
import { createInterface } from "node:readline";
import type { Readable } from "node:stream";
import { EngineError, QuantlabError } from "@quantlab/core";
import { internal, type WorkEvent } from "./work-events.ts";

export interface Work<Job> {
  /** The file that calls `serveWork`, absolute. */
  readonly entry: string;
  /** Goes there as JSON. */
  readonly job: Job;
  /** The engine's name, for when its process dies. */
  readonly engine: string;
  readonly environment: Readonly<Record<string, string>>;
}

/**
 * Works in a process of its own: llama.cpp's calls block a process, Ctrl-C included, and a broken model file may
 * bring it down. Aborting ends that process at once.
 */
export async function runWork<Job, Note, Result>(
  work: Work<Job>,
  onNote: (note: Note) => void,
  signal: AbortSignal,
): Promise<Result> {
  signal.throwIfAborted();
  const child = spawn(process.execPath, [work.entry], {
    stdio: ["pipe", "ignore", "pipe", "pipe"],
    env: { ...process.env, ...work.environment },
  });
  const stop = () => child.kill("SIGKILL");
  signal.addEventListener("abort", stop);
  try {
    const ended = endOf(child);
    const chatter = lastLines(child.stderr as Readable);
    // An engine that died reads no more; how it ended is told below.
    child.stdin?.on("error", () => {});
    child.stdin?.write(`${JSON.stringify(work.job)}\n`);
    let last: WorkEvent<Note, Result> | null = null;
    for await (const line of createInterface({ input: child.stdio[3] as Readable })) {
      last = JSON.parse(line) as WorkEvent<Note, Result>;
      if (last.event === "note") onNote(last.note);
    }
    const how = await ended;
    signal.throwIfAborted();
    if (last?.event === "done") return last.result;
    if (last?.event === "error") throw errorFrom(last);
    throw new EngineError(
      work.engine,
      `its process ended with ${how}${chatter() ? `: ${chatter()}` : ""}`,
      "check the file with pnpm lab models info, and the free memory with pnpm lab doctor",
    );
  } finally {
    signal.removeEventListener("abort", stop);
    stop();
  }
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
