import { setTimeout as sleep } from "node:timers/promises";
import { UsageError } from "@quantlab/core";
import { foreignPercent, readCpu } from "./guards/cpu-clock.ts";

const quietPercent = 10;
/** Seconds, unless QUANTLAB_QUIET_SECONDS says otherwise. */
const usualWait = 20;
const windowMs = 500;

/**
 * Waits until other programs take under 10% of the CPU, 20 seconds at most or as many as QUANTLAB_QUIET_SECONDS says;
 * `onWait` hears once what is waited for. A host that stays busy is measured all the same: the verdict tells.
 */
export async function waitForQuietHost(
  signal: AbortSignal,
  onWait: (message: string) => void,
): Promise<void> {
  const longest = longestWait();
  if (longest === 0) return;
  const start = readCpu();
  for (let before = start; ; ) {
    await sleep(windowMs, undefined, { signal });
    const after = readCpu();
    const percent = foreignPercent(before, after, 0);
    if (percent < quietPercent || after.atMs - start.atMs > longest * 1000) return;
    if (before === start) {
      onWait(`other programs take ${percent.toFixed(0)}% of the CPU; waiting up to ${longest} s for them`);
    }
    before = after;
  }
}

/** In seconds. Throws a UsageError for what is no number of them. */
function longestWait(): number {
  const said = process.env.QUANTLAB_QUIET_SECONDS;
  if (!said) return usualWait;
  const seconds = Number(said);
  if (seconds >= 0 && seconds <= 3600) return seconds;
  throw new UsageError(
    `QUANTLAB_QUIET_SECONDS "${said}" is no number of seconds from 0 to 3600`,
    "unset it to wait up to 20",
  );
}
