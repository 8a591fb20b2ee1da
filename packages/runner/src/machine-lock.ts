import { realpathSync } from "node:fs";
import path from "node:path";
import {
  type Holder,
  type LockedOptions,
  locked,
  machineFolder,
  QuantlabError,
  requireWritable,
  sha256,
} from "@quantlab/core";

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
  const onHeld = (holder: Holder) => {
    if (!said) onWait(`waiting: ${describeHolder(holder)} is measuring on this machine`);
    said = true;
  };
  return await onThisMachine("measuring", { purpose, signal, onHeld }, fn);
}

/** Runs `fn` unless the same experiment runs already in this checkout; then it throws at once. */
export async function withExperimentLock<T>(
  folder: string,
  purpose: string,
  fn: () => Promise<T>,
): Promise<T> {
  const onHeld = (holder: Holder) => {
    throw new QuantlabError(
      "ALREADY_RUNNING",
      `${purpose} runs already in this checkout: ${describeHolder(holder)}`,
      { remedy: "wait for it to finish, or end it" },
    );
  };
  const name = `experiment-${sha256(realpathSync(folder)).slice(0, 16)}`;
  return await onThisMachine(name, { purpose, onHeld }, fn);
}

async function onThisMachine<T>(name: string, options: LockedOptions, fn: () => Promise<T>): Promise<T> {
  await requireWritable(machineFolder, { mode: 0o700 });
  return await locked(path.join(machineFolder, name), options, fn);
}

function describeHolder({ purpose, pid, since }: Holder): string {
  return `${purpose} (process ${pid}, since ${since.slice(11, 19)} UTC)`;
}
