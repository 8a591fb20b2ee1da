import { spawn } from "node:child_process";
import path from "node:path";
import { createInterface } from "node:readline";
import { EngineError, labFolder, type Progress, QuantlabError } from "@quantlab/core";

/** What a process of the library's work writes to stdout, one JSON document a line. */
export type OwnProcessMessage<Result> =
  | { readonly kind: "progress"; readonly done: number; readonly total: number }
  | { readonly kind: "planned"; readonly result: Result }
  | { readonly kind: "done"; readonly result: Result }
  | {
      readonly kind: "failed";
      readonly code: string;
      readonly problem: string;
      readonly remedy: string | null;
      readonly exitCode: 1 | 2;
    };

export interface OwnProcessOptions<Result> {
  readonly signal?: AbortSignal | undefined;
  readonly onProgress?: ((progress: Progress) => void) | undefined;
  /** Hears what the result will be, where the work tells it ahead. */
  readonly onPlan?: ((result: Result) => void) | undefined;
  readonly step: string;
  readonly unit: Progress["unit"];
  /** The error for a process that ended without a word of its own. */
  readonly died: (lastWords: string) => QuantlabError;
}

/** A Node process that has loaded what it needs, or is about to, and waits for its one request. */
export interface OwnProcess extends Disposable {
  /** `signal` kills the process at once and rejects with the signal's reason; what it had written stays where it is. */
  run<Result>(request: object, options: OwnProcessOptions<Result>): Promise<Result>;
}

/** Runs a script of this package with a request in a Node process of its own, from its start to its end. */
export async function runInOwnProcess<Result>(
  script: string,
  request: object,
  options: OwnProcessOptions<Result>,
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
  const ended = new Promise<Ending>((resolve, reject) => {
    child.once("error", reject);
    child.once("close", (_, signal) => resolve({ signal, stderr }));
  });
  // Told where a request waits for it.
  ended.catch(() => {});
  let stderr = "";
  child.stderr.setEncoding("utf8").on("data", (part: string) => {
    stderr = (stderr + part).slice(-10_000);
  });
  // A process that died reads no more; how it ended is told below.
  child.stdin.on("error", () => {});
  // Listened to from now on: it may be gone before its request comes.
  const lines = createInterface({ input: child.stdout })[Symbol.asyncIterator]();
  const stop = () => child.kill("SIGKILL");

  async function run<Result>(
    request: object,
    { signal, onProgress, onPlan, step, unit, died }: OwnProcessOptions<Result>,
  ): Promise<Result> {
    signal?.throwIfAborted();
    signal?.addEventListener("abort", stop);
    try {
      child.stdin.write(`${JSON.stringify(request)}\n`);
      let done: { readonly result: Result } | null = null;
      let failure: QuantlabError | null = null;
      for await (const line of lines) {
        const message = JSON.parse(line) as OwnProcessMessage<Result>;
        if (message.kind === "failed") failure = failureFrom(message);
        else if (message.kind === "done") done = message;
        else if (message.kind === "planned") onPlan?.(message.result);
        else onProgress?.({ step, done: message.done, total: message.total, unit });
      }
      const ending = await ended;
      signal?.throwIfAborted();
      if (failure) throw failure;
      if (!done) throw died(lastWords(ending));
      return done.result;
    } finally {
      signal?.removeEventListener("abort", stop);
    }
  }
  return { run, [Symbol.dispose]: stop };
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

interface Ending {
  readonly signal: NodeJS.Signals | null;
  /** The end of it. */
  readonly stderr: string;
}

/** What is known of a process that ended without a word of its own: the signal and the end of its stderr. */
function lastWords({ signal, stderr }: Ending): string {
  // Node ends with its own name where nothing caught an error.
  const lines = stderr.split("\n").filter((line) => line.trim() && !/^(Node\.js v|\s+at )/.test(line));
  return (
    [signal && `the process died of ${signal}`, lines.at(-1)].filter(Boolean).join(": ") || "the process died"
  );
}
