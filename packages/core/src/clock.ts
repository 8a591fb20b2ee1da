/** CLOCK_MONOTONIC in milliseconds: unlike performance.now(), one time line for all processes of a machine. */
export function monotonicMs(): number {
  return Number(process.hrtime.bigint()) / 1e6;
}
