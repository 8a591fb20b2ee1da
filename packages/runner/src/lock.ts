import { readFileSync, rmSync, writeFileSync } from "node:fs";
import { mkdir, rm } from "node:fs/promises";
import path from "node:path";
import { machineFolder } from "@quantlab/core";
import { check, lock } from "proper-lockfile";

/** Who holds a lock, for people. */
export interface Holder {
  readonly pid: number;
  readonly purpose: string;
  /** ISO 8601, UTC. */
  readonly since: string;
}

/** A dead holder is noticed by its process id; this is for an id that another program has got since. */
const staleMs = 10 * 60_000;
const updateMs = 5_000;

/**
 * Takes the lock `name` of this machine. Returns its release, or who holds it; null when that is not known yet. A
 * lock whose holder has died is taken over.
 */
export async function tryLock(name: string, purpose: string): Promise<(() => Promise<void>) | Holder | null> {
  await mkdir(machineFolder, { recursive: true, mode: 0o700 });
  const file = path.join(machineFolder, name);
  await removeDead(file);
  try {
    const release = await lock(file, {
      realpath: false,
      stale: staleMs,
      update: updateMs,
      // Taken over while this machine slept: the guards will show the other's CPU time.
      onCompromised: () => {},
    });
    const holder: Holder = { pid: process.pid, purpose, since: new Date().toISOString() };
    writeFileSync(holderFile(file), JSON.stringify(holder));
    const forget = () => {
      if (readHolder(file)?.pid === process.pid) rmSync(holderFile(file), { force: true });
    };
    process.once("exit", forget);
    return async () => {
      process.off("exit", forget);
      forget();
      // One that was taken over is the other's to release.
      await release().catch(() => {});
    };
  } catch (error) {
    if ((error as { code?: string }).code !== "ELOCKED") throw error;
    return readHolder(file);
  }
}

/** Whether the result of `tryLock` is the lock. */
export function isLocked(result: Awaited<ReturnType<typeof tryLock>>): result is () => Promise<void> {
  return typeof result === "function";
}

const holderFile = (file: string) => `${file}.holder.json`;

function readHolder(file: string): Holder | null {
  try {
    return JSON.parse(readFileSync(holderFile(file), "utf8")) as Holder;
  } catch {
    return null;
  }
}

/**
 * Removes the lock of a dead process. Under a lock of its own, and the holder's note before the lock: so the lock that
 * another process takes meanwhile, which has no note yet, is never mistaken for the dead one.
 */
async function removeDead(file: string): Promise<void> {
  const holder = readHolder(file);
  if (!holder || isAlive(holder.pid) || !(await check(file, { realpath: false, stale: staleMs }))) return;
  const release = await lock(`${file}.takeover`, { realpath: false, stale: updateMs }).catch(() => null);
  if (!release) return;
  try {
    if (readHolder(file)?.pid !== holder.pid) return;
    await rm(holderFile(file), { force: true });
    await rm(`${file}.lock`, { recursive: true, force: true });
  } finally {
    await release();
  }
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return (error as { code?: string }).code === "EPERM";
  }
}
