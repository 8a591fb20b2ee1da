import { mkdir } from "node:fs/promises";
import path from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { lock } from "proper-lockfile";

const retryMs = 200;
/** A process that was killed leaves its lock; after this time without a sign of life it counts as gone. */
const staleMs = 10_000;

/** Runs `action` while no other process does so for the same `file`; waits until then or until `signal`. */
export async function locked<T>(
  file: string,
  signal: AbortSignal | undefined,
  action: () => Promise<T>,
): Promise<T> {
  await mkdir(path.dirname(file), { recursive: true });
  const release = await acquire(file, signal);
  try {
    return await action();
  } finally {
    await release().catch(() => {});
  }
}

async function acquire(file: string, signal: AbortSignal | undefined): Promise<() => Promise<void>> {
  for (;;) {
    signal?.throwIfAborted();
    try {
      return await lock(file, {
        realpath: false,
        stale: staleMs,
        // After a laptop's sleep another process may have taken over: both then write the same file, atomically.
        onCompromised: () => {},
      });
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== "ELOCKED") throw error;
      await sleep(retryMs, undefined, signal ? { signal } : {});
    }
  }
}
