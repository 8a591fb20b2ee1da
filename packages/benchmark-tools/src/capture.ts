import { EngineError } from "@quantlab/core";
import { type RunOptions, runProgram } from "@quantlab/processes";

/** Runs a program in a process of its own and returns its stdout; a failure is an EngineError with its last words. */
export async function capture(
  name: string,
  program: string,
  parameters: readonly string[],
  signal: AbortSignal,
  environment: RunOptions["environment"] = {},
): Promise<string> {
  const ran = await runProgram(program, parameters, { signal, environment });
  if (ran.succeeded) return ran.stdout;
  const words = ran.stderr.trim().split("\n").slice(-4).join("\n") || `it ended with ${ran.exitCode}`;
  throw new EngineError(name, words, "run it with --quick and look at what it prints");
}
