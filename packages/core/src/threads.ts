import { usableCores } from "./capacity.ts";
import { detectHost } from "./host.ts";
import type { Host } from "./run.ts";

/**
 * How many threads compute where nobody gives a number: one a physical performance core that this process may run on,
 * and no more than a container's quota has whole. Threads wait for each other at every step, so a second one on a core
 * adds little, and one on an efficiency core holds the others up.
 */
export function defaultThreads({ cores, performanceCores = cores, limits }: Host = detectHost()): number {
  return Math.max(1, Math.floor(Math.min(performanceCores, limits?.cores ?? performanceCores)));
}

/** What must be known of more threads than there are cores; null where there are enough. */
export function threadsWarning(threads: number): string | null {
  const cores = usableCores();
  return threads > cores
    ? `${threads} threads share ${cores} ${cores === 1 ? "core" : "cores"} and wait for each other`
    : null;
}
