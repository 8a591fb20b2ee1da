import { readFileSync, rmSync, writeFileSync } from "node:fs";
import path from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { requireWritable } from "./access.ts";
import type { ResolveOptions } from "./model.ts";

const retryMs = 200;
const signOfLifeMs = 1000;
/** A process that was killed leaves its lock; after this time without a sign of life it counts as gone. */
const staleMs = 20_000;
/** A lock with a holder's note is free once that process is dead: this is for an id that another program has got since. */
const staleWithHolderMs = 10 * 60_000;
const staleOfDeadMs = 2 * signOfLifeMs;

/** Who holds a lock, for people. */
export interface Holder {
  readonly pid: number;
  readonly purpose: string;
  /** ISO 8601, UTC. */
  readonly since: string;
}

export interface LockedOptions extends ResolveOptions {
  /** What `onProgress` is told while another process is at it. */
  readonly waiting?: string;
  /** For a place that only this machine's processes use: what others are told that it is held for. */
  readonly purpose?: string;
  /** Hears of a living holder, again and again while it has the lock. What it throws ends the wait. */
  readonly onHeld?: (holder: Holder) => void;
}

/**
 * Runs `action` while no other process does so for the same `place`, a file or folder that need not exist yet; waits
 * until then, and says so.
 */
export async function locked<T>(place: string, options: LockedOptions, action: () => Promise<T>): Promise<T> {
  await requireWritable(path.dirname(place));
  const release = await acquire(place, options);
  try {
    if (options.purpose !== undefined) writeHolder(place, options.purpose);
    return await action();
  } finally {
    if (readHolder(place)?.pid === process.pid) rmSync(holderFile(place), { force: true });
    // One that was taken over is the other's to release.
    await release().catch(() => {});
  }
}

async function acquire(
  place: string,
  {
    signal,
    onProgress,
    onHeld,
    purpose,
    waiting = `wait for another process at ${path.basename(place)}`,
  }: LockedOptions,
): Promise<() => Promise<void>> {
  // It listens for signals from its import on: only where something is locked.
  const { lock } = await import("proper-lockfile");
  for (let attempts = 0; ; attempts++) {
    signal?.throwIfAborted();
    const holder = readHolder(place);
    const dead = holder !== null && !isAlive(holder.pid);
    try {
      return await lock(place, {
        realpath: false,
        stale: dead ? staleOfDeadMs : purpose === undefined ? staleMs : staleWithHolderMs,
        update: signOfLifeMs,
        // After a laptop's sleep another process may have taken over: files are written atomically, and guards show the other's CPU time.
        onCompromised: () => {},
      });
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== "ELOCKED") throw error;
      if (holder && !dead) onHeld?.(holder);
      onProgress?.({ step: waiting, done: attempts, total: null, unit: "steps" });
      await sleep(retryMs, undefined, signal ? { signal } : {});
    }
  }
}

const holderFile = (place: string) => `${place}.holder.json`;

function writeHolder(place: string, purpose: string): void {
  const holder: Holder = { pid: process.pid, purpose, since: new Date().toISOString() };
  writeFileSync(holderFile(place), JSON.stringify(holder));
}

function readHolder(place: string): Holder | null {
  try {
    return JSON.parse(readFileSync(holderFile(place), "utf8")) as Holder;
  } catch {
    return null;
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
