import { constants } from "node:os";
import { QuantlabError } from "@quantlab/core";

/** Somebody pressed Ctrl-C, or ended the command with a signal. */
export class InterruptedError extends QuantlabError {
  readonly signalName: NodeJS.Signals;

  constructor(signalName: NodeJS.Signals) {
    super("INTERRUPTED", `interrupted by ${signalName}`);
    this.signalName = signalName;
  }
}

// How long a verb may take to end its processes and partial files before the command leaves anyway.
const graceMs = 3000;

/**
 * Aborts the returned signal at the first Ctrl-C, so that a verb ends what it started; a second one, or a verb that
 * does not come back, ends the process.
 */
export function listenForInterrupt(): AbortSignal {
  const controller = new AbortController();
  for (const name of ["SIGINT", "SIGTERM", "SIGHUP"] as const) {
    process.on(name, () => {
      if (controller.signal.aborted) process.exit(exitCodeOf(name));
      controller.abort(new InterruptedError(name));
      setTimeout(() => process.exit(exitCodeOf(name)), graceMs).unref();
    });
  }
  return controller.signal;
}

/** 130 for Ctrl-C: 128 and the number of the signal, as shells count. */
export const exitCodeOf = (name: NodeJS.Signals) => 128 + constants.signals[name];
