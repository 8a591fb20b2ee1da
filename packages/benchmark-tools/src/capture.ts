import { EngineError } from "@quantlab/core";
import { execa } from "execa";

/** Runs a program in a process of its own and returns its stdout; a failure is an EngineError with its last words. */
export async function capture(
  name: string,
  program: string,
  parameters: readonly string[],
  signal: AbortSignal,
  env: NodeJS.ProcessEnv = process.env,
): Promise<string> {
  const result = await execa(program, parameters, {
    env,
    extendEnv: false,
    cancelSignal: signal,
    reject: false,
  });
  signal.throwIfAborted();
  if (!result.failed) return result.stdout ?? "";
  const words =
    (result.stderr ?? "").trim().split("\n").slice(-4).join("\n") || `it ended with ${result.exitCode}`;
  throw new EngineError(name, words, "run it with --quick and look at what it prints", result);
}
