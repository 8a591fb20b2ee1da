import { mkdir } from "node:fs/promises";
import path from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import type { ResolveOptions } from "@quantlab/core";
import { lock } from "proper-lockfile";

const retryMs = 200;
/** A process that was killed leaves its lock; after this time without a sign of life it counts as gone. */
const staleMs = 10_000;

/** Runs `action` while no other process does so for the same `file`; waits until then, and says so. */
export async function locked<T>(file: string, options: ResolveOptions, action: () => Promise<T>): Promise<T> {
  await mkdir(path.dirname(file), { recursive: true });
  const release = await acquire(file, options);
  try {
    return await action();
  } finally {
    await release().catch(() => {});
  }
}

async function acquire(file: string, { signal, onProgress }: ResolveOptions): Promise<() => Promise<void>> {
  for (let attempts = 0; ; attempts++) {
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
      const step = `wait for another process at ${path.basename(file)}`;
      onProgress?.({ step, done: attempts, total: null, unit: "steps" });
      await sleep(retryMs, undefined, signal ? { signal } : {});
    }
  }
}
