import { readFileSync } from "node:fs";
import { monotonicMs } from "@quantlab/core";

const mebibyte = 2 ** 20;
const atLeastMs = 40;
let buffers: [from: Buffer, to: Buffer] | undefined;

/**
 * Bytes copied a second by one core between two buffers that together are no smaller than the last-level cache.
 * Each copied byte is one read and one write, so the memory moves twice this. Takes about 100 ms; the first call
 * also makes the buffers.
 */
export function measureCopySpeed(): number {
  buffers ??= makeBuffers();
  const [from, to] = buffers;
  // Starting a process leaves these pages to be faulted in once more; an untimed pass does it.
  from.copy(to);
  const start = monotonicMs();
  let copied = 0;
  let tookMs = 0;
  while (tookMs < atLeastMs) {
    copied += from.copy(to);
    tookMs = monotonicMs() - start;
  }
  return (copied / tookMs) * 1000;
}

function makeBuffers(): [Buffer, Buffer] {
  const bytes = Math.min(256 * mebibyte, Math.max(64 * mebibyte, lastLevelCacheBytes() / 2));
  // Written once, so that the first copy meets real pages.
  return [Buffer.alloc(bytes, 1), Buffer.alloc(bytes, 2)];
}

/** Of the first core, where Linux tells; 0 elsewhere. */
function lastLevelCacheBytes(): number {
  try {
    const size = readFileSync("/sys/devices/system/cpu/cpu0/cache/index3/size", "utf8");
    return Number.parseInt(size, 10) * 1024;
  } catch {
    return 0;
  }
}
