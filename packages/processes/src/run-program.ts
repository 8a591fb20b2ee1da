import { createInterface } from "node:readline";
import { withoutCredentials } from "@quantlab/core";
import { execa } from "execa";
import { lastWords } from "./last-words.ts";

export interface RunOptions {
  /** An abort ends it and rejects with the signal's reason. */
  readonly signal?: AbortSignal | undefined;
  /** Added to this process's own variables; undefined takes one away. */
  readonly environment?: Readonly<Record<string, string | undefined>> | undefined;
  /** After so long it is ended, and has failed. */
  readonly timeoutMs?: number;
  /** Hears each line of both streams as it comes; an address in it has lost its password. */
  readonly onLine?: ((line: string) => void) | undefined;
}

export interface Ran {
  /** Null where it was ended, or could not be started. */
  readonly exitCode: number | null;
  /** Whether it ended by itself, with 0. */
  readonly succeeded: boolean;
  /** Whether there is no such program. */
  readonly missing: boolean;
  readonly stdout: string;
  readonly stderr: string;
  /** Both streams as they came. */
  readonly printed: string;
  /** The last that it said, or why it said nothing, in one line. */
  readonly lastWords: string;
}

/** Runs a program that needs no input to its end, however it ends. */
export async function runProgram(
  program: string,
  parameters: readonly string[],
  { signal, environment, timeoutMs, onLine }: RunOptions = {},
): Promise<Ran> {
  signal?.throwIfAborted();
  const child = execa(program, parameters, {
    all: true,
    reject: false,
    stdin: "ignore",
    ...(environment && { env: environment }),
    ...(timeoutMs !== undefined && { timeout: timeoutMs }),
    ...(signal && { cancelSignal: signal }),
  });
  // What was printed before the end of a program that is being ended tells nothing any more.
  const hear = (line: string) => void (signal?.aborted || onLine?.(withoutCredentials(line)));
  if (onLine) for (const input of [child.stdout, child.stderr]) createInterface({ input }).on("line", hear);
  const { exitCode = null, failed, code, stdout = "", stderr = "", all = "", shortMessage } = await child;
  signal?.throwIfAborted();
  return {
    exitCode,
    succeeded: !failed,
    missing: code === "ENOENT",
    stdout,
    stderr,
    printed: all,
    lastWords: withoutCredentials(lastWords(all) || (shortMessage ?? "")),
  };
}
