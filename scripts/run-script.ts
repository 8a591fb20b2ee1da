import { QuantlabError } from "../packages/core/src/index.ts";

/** Runs a script's body; what a person can mend is told in a line or two and becomes the exit code. */
export async function runScript(body: () => Promise<void>): Promise<void> {
  try {
    await body();
  } catch (error) {
    if (!(error instanceof QuantlabError)) throw error;
    console.error(`error: ${error.message}${error.remedy ? `\n${error.remedy}` : ""}`);
    process.exitCode = error.exitCode;
  }
}
