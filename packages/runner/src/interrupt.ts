/** Aborted by Ctrl-C or a request to end. */
class Interrupted extends Error {
  constructor() {
    super("interrupted; last good results untouched");
    this.name = "Interrupted";
  }
}

/** The exit code of a program that Ctrl-C ended. */
const interruptedCode = 130;
/** Blocks end within a second; something else that does not listen to the signal is not waited for. */
const patienceMs = 5000;

/**
 * Runs `fn` with a signal that SIGINT, SIGTERM and SIGHUP abort. Once `fn` has cleaned up after an abort, one line is
 * printed and the process exits with 130.
 */
export async function withInterrupts<T>(fn: (signal: AbortSignal) => Promise<T>): Promise<T> {
  const controller = new AbortController();
  const leave = (): never => {
    console.error(new Interrupted().message);
    return process.exit(interruptedCode);
  };
  const onSignal = () => {
    controller.abort(new Interrupted());
    setTimeout(leave, patienceMs).unref();
  };
  const signals = ["SIGINT", "SIGTERM", "SIGHUP"] as const;
  for (const name of signals) process.on(name, onSignal);
  try {
    return await fn(controller.signal);
  } catch (error) {
    if (!controller.signal.aborted) throw error;
    return leave();
  } finally {
    for (const name of signals) process.off(name, onSignal);
  }
}
