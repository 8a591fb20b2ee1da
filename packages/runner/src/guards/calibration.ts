import { pbkdf2Sync } from "node:crypto";
import { monotonicMs } from "@quantlab/core";

/** 16 pieces of about 4 ms on a core of today. */
const pieces = 16;
const iterations = 25_000;

/**
 * Milliseconds of a fixed piece of computing: one native call of SHA-256 rounds, the fastest of 16 in a row. It
 * touches no memory beyond the first cache and no compiled JavaScript, so only the core's real speed moves it. The
 * fastest, because a passing neighbour on the core's other thread slows a piece by half: that is counted as foreign
 * CPU time, while a lower clock slows every piece. It runs in the runner while no block process exists.
 */
export function calibrate(): number {
  let fastest = Number.POSITIVE_INFINITY;
  for (let piece = 0; piece < pieces; piece++) {
    const start = monotonicMs();
    pbkdf2Sync("calibration", "quantlab", iterations, 32, "sha256");
    fastest = Math.min(fastest, monotonicMs() - start);
  }
  return fastest;
}
