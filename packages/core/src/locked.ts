import { mkdir } from "node:fs/promises";
import path from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import type { ResolveOptions } from "./model.ts";

const retryMs = 200;
/** A process that was killed leaves its lock; after this time without a sign of life it counts as gone. */
const staleMs = 20_000;

export interface LockedOptions extends ResolveOptions {
  /** What `onProgress` is told while another process is at it. */
  readonly waiting?: string;
}

/**
 * Runs `action` while no other process does so for the same `place`, a file or folder that need not exist yet; waits
 * until then, and says so.
 */
export async function locked<T>(place: string, options: LockedOptions, action: () => Promise<T>): Promise<T> {
  await mkdir(path.dirname(place), { recursive: true });
  const release = await acquire(place, options);
  try {
    return await action();
  } finally {
    await release().catch(() => {});
  }
}

async function acquire(
  place: string,
  { signal, onProgress, waiting = `wait for another process at ${path.basename(place)}` }: LockedOptions,
): Promise<() => Promise<void>> {
  // It listens for signals from its import on: only where something is locked.
  const { lock } = await import("proper-lockfile");
  for (let attempts = 0; ; attempts++) {
    signal?.throwIfAborted();
    try {
      return await lock(place, {
        realpath: false,
        stale: staleMs,
        // After a laptop's sleep another process may have taken over: both then write the same, atomically.
        onCompromised: () => {},
      });
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== "ELOCKED") throw error;
      onProgress?.({ step: waiting, done: attempts, total: null, unit: "steps" });
      await sleep(retryMs, undefined, signal ? { signal } : {});
    }
  }
}
