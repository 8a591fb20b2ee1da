import { QuantlabError } from "@quantlab/core";

/** Somebody pressed Ctrl-C, or asked the program to end. */
export class InterruptedError extends QuantlabError {
  constructor(signalName: NodeJS.Signals) {
    super("INTERRUPTED", `interrupted by ${signalName}`, { exitCode: 130 });
  }
}

// How long work may take to end its processes and partial files; what does not listen to the signal is not waited for.
const patienceMs = 5000;

/**
 * The signal that SIGINT, SIGTERM and SIGHUP abort with an InterruptedError, so that work ends what it started. A second
 * one, or work that does not come back within 5 s, ends the process with 130. A process asks once.
 */
export function listenForInterrupt(): AbortSignal {
  const controller = new AbortController();
  const leave = () => process.exit(130);
  // Not once: execa's own handler ends the process when it finds no other left, and nothing is cleaned up.
  for (const name of ["SIGINT", "SIGTERM", "SIGHUP"] as const) {
    process.on(name, () => {
      if (controller.signal.aborted) leave();
      controller.abort(new InterruptedError(name));
      setTimeout(leave, patienceMs).unref();
    });
  }
  return controller.signal;
}
