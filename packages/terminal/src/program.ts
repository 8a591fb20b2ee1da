import { accessError, QuantlabError } from "@quantlab/core";
import { printError } from "./error-lines.ts";
import { InterruptedError, listenForInterrupt } from "./interrupt.ts";

/**
 * Runs a program from its start to its end. An error that a person can mend is told with its remedy and becomes the exit
 * code; any other is thrown on, with its stack. Whatever ends the body after an interrupt, the exit code is 130.
 */
export async function runProgram(body: (signal: AbortSignal) => Promise<void>): Promise<void> {
  const signal = listenForInterrupt();
  try {
    await body(signal);
  } catch (thrown) {
    const failure: unknown = signal.aborted ? signal.reason : accessError(thrown);
    if (!(failure instanceof QuantlabError)) throw failure;
    if (failure instanceof InterruptedError) console.error("interrupted; last good results untouched");
    else printError(failure);
    process.exitCode = failure.exitCode;
  }
}
