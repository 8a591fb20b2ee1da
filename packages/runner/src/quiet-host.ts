import { setTimeout as sleep } from "node:timers/promises";
import { foreignPercent, readCpu } from "./guards/cpu-clock.ts";

const quietPercent = 10;
const longestWaitMs = 20_000;
const windowMs = 500;

/**
 * Waits until other programs take under 10% of the CPU, 20 seconds at most; `onWait` hears once what is waited for.
 * A host that stays busy is measured all the same: the verdict tells.
 */
export async function waitForQuietHost(
  signal: AbortSignal,
  onWait: (message: string) => void,
): Promise<void> {
  const start = readCpu();
  for (let before = start; ; ) {
    await sleep(windowMs, undefined, { signal });
    const after = readCpu();
    const percent = foreignPercent(before, after, 0);
    if (percent < quietPercent || after.atMs - start.atMs > longestWaitMs) return;
    if (before === start) {
      onWait(
        `other programs take ${percent.toFixed(0)}% of the CPU; waiting up to ${longestWaitMs / 1000} s for them`,
      );
    }
    before = after;
  }
}
