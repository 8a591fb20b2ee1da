import { spawn } from "node:child_process";

/** Looks ten times a second or so whether the block still runs: one that is ended leaves no neighbour behind. */
const busy = 'while kill -0 "$1" 2>/dev/null; do i=0; while [ $i -lt 50000 ]; do i=$((i+1)); done; done';

/**
 * Other programs at work: so many processes that keep a core busy each until they are disposed of. They are children of the
 * block, so the guards count their time to the block and not as a disturbance of it; as shells they take a MiB of memory each.
 */
export function busyNeighbours(count: number): Disposable {
  const words = ["-c", busy, "quantlab-neighbour", String(process.pid)];
  const neighbours = Array.from({ length: count }, () => spawn("sh", words, { stdio: "ignore" }));
  return {
    [Symbol.dispose]() {
      for (const neighbour of neighbours) neighbour.kill("SIGKILL");
    },
  };
}
