import { pbkdf2Sync } from "node:crypto";
import { monotonicMs } from "@quantlab/core";

/** Chosen to take 50 to 100 ms on a core of today. */
const iterations = 400_000;

/**
 * Milliseconds that a fixed piece of computing takes: one native call of SHA-256 rounds. It touches no memory beyond
 * the first cache and no compiled JavaScript, so only the core's real speed moves it. It runs in the runner's
 * process while no block process exists.
 */
export function calibrate(): number {
  const start = monotonicMs();
  pbkdf2Sync("calibration", "quantlab", iterations, 32, "sha256");
  return monotonicMs() - start;
}
