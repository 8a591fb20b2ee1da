import { mkdir } from "node:fs/promises";
import path from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import type { ResolveOptions } from "@quantlab/core";
import { lock } from "proper-lockfile";

const retryMs = 500;
/** A process that was killed leaves its lock; after this time without a sign of life it counts as gone. */
const staleMs = 20_000;

/** Runs `action` while no other process makes the same environment; waits until then, and says so. */
export async function lockedEnvironment<T>(
  folder: string,
  { signal, onProgress }: ResolveOptions,
  action: () => Promise<T>,
): Promise<T> {
  await mkdir(path.dirname(folder), { recursive: true });
  const release = await acquire();
  try {
    return await action();
  } finally {
    await release().catch(() => {});
  }

  async function acquire(): Promise<() => Promise<void>> {
    for (let attempts = 0; ; attempts++) {
      signal?.throwIfAborted();
      try {
        return await lock(folder, { realpath: false, stale: staleMs, onCompromised: () => {} });
      } catch (error) {
        if ((error as NodeJS.ErrnoException).code !== "ELOCKED") throw error;
        const step = `another process makes ${path.basename(folder)}: waiting`;
        onProgress?.({ step, done: attempts, total: null, unit: "steps" });
        await sleep(retryMs, undefined, signal ? { signal } : {});
      }
    }
  }
}
