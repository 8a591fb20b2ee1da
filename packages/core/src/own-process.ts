import { type ChildProcess, spawn } from "node:child_process";
import path from "node:path";
import { createInterface } from "node:readline";
import type { Readable } from "node:stream";
import { EngineError, QuantlabError } from "./errors.ts";
import { internal, type OwnProcessEvent, type OwnProcessOrder } from "./own-process-messages.ts";
import { labFolder } from "./paths.ts";

/** How a process ended. */
export interface ProcessEnd {
  readonly exitCode: number | null;
  readonly signal: NodeJS.Signals | null;
  /** The last line on stderr; null where there is none. */
  readonly lastWords: string | null;
}

export interface OwnProcessOptions<Note> {
  readonly signal?: AbortSignal | undefined;
  readonly onNote?: ((note: Note) => void) | undefined;
  /** Reads a line on stderr. True when it is no last word, should the process end after it. */
  readonly onChatter?: ((line: string) => boolean) | undefined;
  /** The error for a process that ended without a word of its own. */
  readonly died: (end: ProcessEnd) => QuantlabError;
}

/** A Node process that has loaded what it needs, or is about to, and waits for its one request. */
export interface OwnProcess extends Disposable {
  /** Once. `signal` kills the process at once and rejects with the signal's reason; what it wrote stays where it is. */
  run<Request, Note, Result>(request: Request, options: OwnProcessOptions<Note>): Promise<Result>;
  /** Lets it make ready for a request that is likely to come; one that does not come costs nothing but the work. */
  expect<Request>(request: Request): void;
}

/**
 * Starts a script that calls `serveOwnProcess`: a native library's calls block a process, Ctrl-C included, and a broken
 * model file may bring it down. `environment` is added to the variables. `using` ends it, whatever it is at.
 */
export function startOwnProcess(
  script: string,
  environment: Readonly<Record<string, string>> = {},
): OwnProcess {
  const child = spawn(process.execPath, [script], {
    stdio: ["pipe", "ignore", "pipe", "pipe"],
    // Half of what work on a small model takes would be compiling the lab.
    env: { ...process.env, NODE_COMPILE_CACHE: path.join(labFolder, "compile-cache"), ...environment },
  });
  const stderr = chatterOf(child);
  const ended = endOf(child);
  // Told where a request waits for it.
  ended.catch(() => {});
  // A process that died reads no more; how it ended is told below.
  child.stdin?.on("error", () => {});
  // Listened to from now on: it may be gone before its request comes.
  const lines = createInterface({ input: child.stdio[3] as Readable })[Symbol.asyncIterator]();
  const order = <Request>(order: OwnProcessOrder<Request>) =>
    child.stdin?.write(`${JSON.stringify(order)}\n`);
  const stop = () => child.kill("SIGKILL");

  async function run<Request, Note, Result>(
    request: Request,
    { signal, onNote, onChatter, died }: OwnProcessOptions<Note>,
  ): Promise<Result> {
    signal?.throwIfAborted();
    signal?.addEventListener("abort", stop);
    stderr.onLine = onChatter;
    try {
      order({ kind: "do", request });
      let last: OwnProcessEvent<Note, Result> | null = null;
      for await (const line of lines) {
        last = JSON.parse(line) as OwnProcessEvent<Note, Result>;
        if (last.event === "note") onNote?.(last.note);
      }
      const end = await ended;
      signal?.throwIfAborted();
      if (last?.event === "done") return last.result;
      if (last?.event === "error") throw errorFrom(last);
      throw died({ ...end, lastWords: stderr.lastWords });
    } finally {
      signal?.removeEventListener("abort", stop);
    }
  }
  const expect = <Request>(request: Request) => void order({ kind: "likely", request });
  return { run, expect, [Symbol.dispose]: stop };
}

function endOf(child: ChildProcess): Promise<Omit<ProcessEnd, "lastWords">> {
  return new Promise((resolve, reject) => {
    child.once("error", reject);
    child.once("close", (exitCode, signal) => resolve({ exitCode, signal }));
  });
}

interface Chatter {
  onLine: OwnProcessOptions<never>["onChatter"];
  readonly lastWords: string | null;
}

function chatterOf(child: ChildProcess): Chatter {
  const chatter: { onLine: Chatter["onLine"]; lastWords: string | null } = {
    onLine: undefined,
    lastWords: null,
  };
  createInterface({ input: child.stderr as Readable }).on("line", (line) => {
    // Node ends with its own name where nothing caught an error.
    if (!chatter.onLine?.(line) && line.trim() && !/^(Node\.js v|\s+at )/.test(line))
      chatter.lastWords = line.trim();
  });
  return chatter;
}

function errorFrom(told: OwnProcessEvent<never, never> & { event: "error" }): Error {
  const { code, message, remedy, exitCode, stack } = told;
  const [engine, ...problem] = message.split(": ");
  const error =
    code === internal
      ? new Error(message)
      : code === "ENGINE"
        ? new EngineError(engine!, problem.join(": "), remedy)
        : new QuantlabError(code, message, { remedy, exitCode });
  error.stack = stack;
  return error;
}
