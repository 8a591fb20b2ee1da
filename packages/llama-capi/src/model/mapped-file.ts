import { readFileSync, realpathSync } from "node:fs";
import { layouts } from "../library/layouts.ts";
import { lazily, native } from "../library/native.ts";

/** MADV_DONTNEED of <sys/mman.h>. */
const notNeeded = 4;

const advise = lazily((koffi) =>
  koffi.load(null).func("int madvise(uintptr_t address, size_t length, int advice)"),
);

/**
 * For `progress_callback`: gives a mapped model's pages back while it is loaded, on Linux. Kernels such as AMX's want
 * weights in an order of their own; the library copies those, and the file's pages would stand in memory beside the
 * copies until its end.
 */
export class ReleasingCallback implements Disposable {
  /** Null where pages are not given back. */
  readonly pointer: bigint | null = null;

  constructor(path: string) {
    if (process.platform !== "linux") return;
    const release = (): boolean => {
      releasePages(path);
      return true;
    };
    this.pointer = native().register(release, native().pointer(layouts().ProgressCallback));
  }

  [Symbol.dispose](): void {
    if (this.pointer !== null) native().unregister(this.pointer);
  }
}

/**
 * Gives back what this process holds of a mapped file, on Linux: what is read again comes from the system's cache.
 * Throws nothing, for nothing may be thrown through the library.
 */
export function releasePages(path: string): void {
  if (process.platform !== "linux") return;
  try {
    // Looked up each time: the library unmaps parts, and what another has put there since must not be touched.
    for (const [start, end] of mappingsOf(path)) advise()(start, end - start, notNeeded);
  } catch {
    // Without /proc the pages stay.
  }
}

/** Addresses of a file in this process: "7f12-7f34 r--s 00000000 fe:00 42   /models/a.gguf". */
function mappingsOf(path: string): (readonly [start: bigint, end: bigint])[] {
  const file = realpathSync(path);
  return readFileSync("/proc/self/maps", "utf8")
    .split("\n")
    .flatMap((line) => {
      const [, start, end, mapped] = /^([0-9a-f]+)-([0-9a-f]+) r--s \S+ \S+ \S+ +(.+)$/.exec(line) ?? [];
      return mapped === file ? [[BigInt(`0x${start}`), BigInt(`0x${end}`)] as const] : [];
    });
}
