import { execFile } from "node:child_process";
import { promisify } from "node:util";

/** First line that a program prints, or null where it is missing, fails or hangs. */
export async function firstLineOf(program: string, ...values: string[]): Promise<string | null> {
  try {
    const { stdout, stderr } = await promisify(execFile)(program, values, { timeout: 30_000 });
    return (stdout || stderr).split("\n", 1)[0]?.trim() ?? "";
  } catch {
    return null;
  }
}
