import { spawn } from "node:child_process";
import path from "node:path";
import { createInterface } from "node:readline";
import { EngineError, labFolder, type Progress, QuantlabError } from "@quantlab/core";

/** What a process of the library's work writes to stdout, one JSON document a line. */
export type OwnProcessMessage<Result> =
  | { readonly kind: "progress"; readonly done: number; readonly total: number }
  | { readonly kind: "done"; readonly result: Result }
  | {
      readonly kind: "failed";
      readonly code: string;
      readonly problem: string;
      readonly remedy: string | null;
      readonly exitCode: 1 | 2;
    };

/** What it reads from stdin: a request that is likely to come, if anything, and then the one that has come. */
export type OwnProcessOrder<Request> =
  | { readonly kind: "likely"; readonly request: Request }
  | { readonly kind: "do"; readonly request: Request };

export interface OwnProcessOptions {
  readonly signal?: AbortSignal | undefined;
  readonly onProgress?: ((progress: Progress) => void) | undefined;
  /** Finds progress in a line on stderr, where the library tells it itself. */
  readonly progressIn?: ((line: string) => readonly [done: number, total: number] | null) | undefined;
  readonly step: string;
  readonly unit: Progress["unit"];
  /** The error for a process that ended without a word of its own. */
  readonly died: (lastWords: string) => QuantlabError;
}

/** A Node process that has loaded what it needs, or is about to, and waits for its one request. */
export interface OwnProcess extends Disposable {
  /** `signal` kills the process at once and rejects with the signal's reason; what it had written stays where it is. */
  run<Result>(request: object, options: OwnProcessOptions): Promise<Result>;
  /** Lets it make ready for a request that is likely to come; one that does not come costs nothing but the work. */
  expect(request: object): void;
}

/** Runs a script of this package with a request in a Node process of its own, from its start to its end. */
export async function runInOwnProcess<Result>(
  script: string,
  request: object,
  options: OwnProcessOptions,
): Promise<Result> {
  options.signal?.throwIfAborted();
  using started = startOwnProcess(script);
  return await started.run<Result>(request, options);
}

/** Starts a script of this package, which calls `serveOwnProcess`. `using` ends it, whatever it is at. */
export function startOwnProcess(script: string): OwnProcess {
  const child = spawn(process.execPath, [script], {
    // Half of what work on a small model takes would be compiling this package.
    env: { ...process.env, NODE_COMPILE_CACHE: path.join(labFolder, "compile-cache") },
  });
  let onChatter = (_: string) => false;
  let lastLine: string | null = null;
  createInterface({ input: child.stderr }).on("line", (line) => {
    // Node ends with its own name where nothing caught an error.
    if (!onChatter(line) && line.trim() && !/^(Node\.js v|\s+at )/.test(line)) lastLine = line.trim();
  });
  const ended = new Promise<NodeJS.Signals | null>((resolve, reject) => {
    child.once("error", reject);
    child.once("close", (_, signal) => resolve(signal));
  });
  // Told where a request waits for it.
  ended.catch(() => {});
  // A process that died reads no more; how it ended is told below.
  child.stdin.on("error", () => {});
  // Listened to from now on: it may be gone before its request comes.
  const lines = createInterface({ input: child.stdout })[Symbol.asyncIterator]();
  const order = (order: OwnProcessOrder<object>) => child.stdin.write(`${JSON.stringify(order)}\n`);
  const stop = () => child.kill("SIGKILL");

  async function run<Result>(
    request: object,
    { signal, onProgress, progressIn, step, unit, died }: OwnProcessOptions,
  ): Promise<Result> {
    signal?.throwIfAborted();
    signal?.addEventListener("abort", stop);
    const tell = (done: number, total: number) => onProgress?.({ step, done, total, unit });
    onChatter = (line) => {
      const progress = progressIn?.(line);
      if (progress) tell(...progress);
      return Boolean(progress);
    };
    try {
      order({ kind: "do", request });
      let done: { readonly result: Result } | null = null;
      let failure: QuantlabError | null = null;
      for await (const line of lines) {
        const message = JSON.parse(line) as OwnProcessMessage<Result>;
        if (message.kind === "failed") failure = failureFrom(message);
        else if (message.kind === "done") done = message;
        else tell(message.done, message.total);
      }
      const killedBy = await ended;
      signal?.throwIfAborted();
      if (failure) throw failure;
      const words = [killedBy && `the process died of ${killedBy}`, lastLine].filter(Boolean);
      if (!done) throw died(words.join(": ") || "the process died");
      return done.result;
    } finally {
      signal?.removeEventListener("abort", stop);
    }
  }
  const expect = (request: object) => void order({ kind: "likely", request });
  return { run, expect, [Symbol.dispose]: stop };
}

function failureFrom({
  code,
  problem,
  remedy,
  exitCode,
}: OwnProcessMessage<never> & { kind: "failed" }): QuantlabError {
  return code === "ENGINE"
    ? new EngineError("llama.cpp", problem.replace(/^llama\.cpp: /, ""), remedy)
    : new QuantlabError(code, problem, { remedy, exitCode });
}
