import { QuantlabError } from "@quantlab/core";

/**
 * Runs a benchmark's program to its end. An interrupt ends it with 130 and nothing kept, a second one at once; an error that a person can
 * mend is told on one line and its remedy on the next.
 */
export async function runProgram(run: (signal: AbortSignal) => Promise<void>): Promise<void> {
  const interrupt = new AbortController();
  const stop = () => {
    if (interrupt.signal.aborted) process.exit(130);
    interrupt.abort();
  };
  // Not once: execa's own handler ends the process when it finds no other left, and nothing is cleaned up.
  for (const name of ["SIGINT", "SIGTERM", "SIGHUP"] as const) process.on(name, stop);
  try {
    await run(interrupt.signal);
  } catch (error) {
    const known = error instanceof QuantlabError ? error : null;
    if (interrupt.signal.aborted) console.error("interrupted; the last results are untouched");
    else if (known)
      console.error(`error: ${known.message}${known.remedy === null ? "" : `\n  ${known.remedy}`}`);
    else throw error;
    process.exitCode = interrupt.signal.aborted ? 130 : (known?.exitCode ?? 1);
  }
}
