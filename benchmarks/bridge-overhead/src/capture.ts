import { EngineError } from "@quantlab/core";
import { execa } from "execa";

/** Runs a program in a process of its own and returns its stdout; a failure is an EngineError with its last words. */
export async function capture(
  name: string,
  program: string,
  parameters: readonly string[],
  signal: AbortSignal,
): Promise<string> {
  const result = await execa(program, parameters, { cancelSignal: signal, reject: false });
  signal.throwIfAborted();
  if (!result.failed) return result.stdout ?? "";
  const words = (result.stderr ?? "").trim().split("\n").slice(-4).join("\n");
  throw new EngineError(
    name,
    words || `it ended with ${result.exitCode}`,
    "run it with --quick and look at what it prints",
    result,
  );
}
