import { realpathSync } from "node:fs";
import { setTimeout as sleep } from "node:timers/promises";
import { QuantlabError, sha256 } from "@quantlab/core";
import { type Holder, isLocked, tryLock } from "./lock.ts";

const askEveryMs = 500;

/**
 * Runs `fn` while nothing else of the lab measures on this machine. Where somebody does, it says so once, on stderr or
 * through `onWait`, and waits. An abort while waiting throws the signal's reason.
 */
export async function withMachineLock<T>(
  purpose: string,
  signal: AbortSignal,
  fn: () => Promise<T>,
  onWait: (message: string) => void = (message) => console.error(message),
): Promise<T> {
  let said = false;
  for (;;) {
    signal.throwIfAborted();
    const result = await tryLock("measuring", purpose);
    if (isLocked(result)) {
      try {
        return await fn();
      } finally {
        await result();
      }
    }
    if (!said && result) {
      onWait(`waiting: ${describeHolder(result)} is measuring on this machine`);
      said = true;
    }
    await sleep(askEveryMs, undefined, { signal }).catch(() => {});
  }
}

/** Runs `fn` unless the same experiment runs already in this checkout; then it throws at once. */
export async function withExperimentLock<T>(
  folder: string,
  purpose: string,
  fn: () => Promise<T>,
): Promise<T> {
  const result = await tryLock(`experiment-${sha256(realpathSync(folder)).slice(0, 16)}`, purpose);
  if (!isLocked(result)) {
    throw new QuantlabError(
      "ALREADY_RUNNING",
      `${purpose} runs already in this checkout${result ? `: ${describeHolder(result)}` : ""}`,
      { remedy: "wait for it to finish, or end it" },
    );
  }
  try {
    return await fn();
  } finally {
    await result();
  }
}

function describeHolder({ purpose, pid, since }: Holder): string {
  return `${purpose} (process ${pid}, since ${since.slice(11, 19)} UTC)`;
}
