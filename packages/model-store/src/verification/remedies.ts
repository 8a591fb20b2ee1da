import { BadFileError } from "@quantlab/core";

/** Runs `read`; a BadFileError it throws comes out with the remedy that fits where the file came from. */
export function withRemedy<T>(remedy: string, read: () => T): T {
  try {
    return read();
  } catch (cause) {
    if (!(cause instanceof BadFileError)) throw cause;
    const problem = cause.message.slice(cause.path.length + ": ".length);
    throw new BadFileError(cause.path, problem, remedy, cause);
  }
}
