import path from "node:path";
import { EngineError, labFolder, type Progress, QuantlabError } from "@quantlab/core";
import { execa } from "execa";

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

export interface OwnProcessOptions {
  readonly signal?: AbortSignal | undefined;
  readonly onProgress?: ((progress: Progress) => void) | undefined;
  readonly step: string;
  readonly unit: Progress["unit"];
  /** The error for a process that ended without a word of its own. */
  readonly died: (lastWords: string) => QuantlabError;
}

/**
 * Runs a script of this package with a request as its argument, in a Node process of its own. `signal` kills that
 * process at once and rejects with the signal's reason; what it had written stays where it is.
 */
export async function runInOwnProcess<Result>(
  script: string,
  request: object,
  { signal, onProgress, step, unit, died }: OwnProcessOptions,
): Promise<Result> {
  signal?.throwIfAborted();
  const child = execa(process.execPath, [script, JSON.stringify(request)], {
    reject: false,
    stdin: "pipe",
    buffer: { stdout: false },
    forceKillAfterDelay: false,
    killSignal: "SIGKILL",
    // Half of what work on a small model takes would be compiling this package.
    env: { NODE_COMPILE_CACHE: path.join(labFolder, "compile-cache") },
    ...(signal ? { cancelSignal: signal } : {}),
  });
  let done: { readonly result: Result } | null = null;
  let failure: QuantlabError | null = null;
  for await (const line of child.iterable({ preserveNewlines: false })) {
    const message = JSON.parse(line as string) as OwnProcessMessage<Result>;
    if (message.kind === "failed") failure = failureFrom(message);
    else if (message.kind === "done") done = message;
    else onProgress?.({ step, done: message.done, total: message.total, unit });
  }
  const ended = await child;
  signal?.throwIfAborted();
  if (failure) throw failure;
  if (!done) throw died(lastWords(ended));
  return done.result;
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

/** What is known of a process that ended without a word of its own: the signal and the end of its stderr. */
function lastWords({
  signal,
  stderr,
}: {
  readonly signal?: string | undefined;
  readonly stderr: string;
}): string {
  // Node ends with its own name where nothing caught an error.
  const lines = stderr.split("\n").filter((line) => line.trim() && !/^(Node\.js v|\s+at )/.test(line));
  return (
    [signal && `the process died of ${signal}`, lines.at(-1)].filter(Boolean).join(": ") || "the process died"
  );
}
