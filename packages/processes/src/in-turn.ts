import type PQueue from "p-queue";

/**
 * Does the work in its turn. An abort ends the waiting for it, and rejects with the signal's reason; what already runs keeps
 * its turn until it has ended by itself, where the queue alone would count it as over.
 */
export function inTurn<Result>(
  queue: PQueue,
  work: () => Promise<Result>,
  signal: AbortSignal,
): Promise<Result> {
  signal.throwIfAborted();
  const waiting = new AbortController();
  const leave = () => waiting.abort(signal.reason);
  signal.addEventListener("abort", leave);
  const begun = () => {
    signal.removeEventListener("abort", leave);
    return work();
  };
  return queue.add(begun, { signal: waiting.signal });
}
