import { runProgram } from "@quantlab/processes";

/** First line that a program prints, or null where it is missing, fails or hangs. */
export async function firstLineOf(program: string, ...values: string[]): Promise<string | null> {
  const { succeeded, stdout, stderr } = await runProgram(program, values, { timeoutMs: 30_000 });
  return succeeded ? (stdout || stderr).split("\n", 1)[0]!.trim() : null;
}
