import { readFileSync, realpathSync } from "node:fs";
import { layouts } from "./layouts.ts";
import { lazily, native } from "./native.ts";

/** MADV_DONTNEED of <sys/mman.h>. */
const notNeeded = 4;

const advise = lazily((koffi) =>
  koffi.load(null).func("int madvise(uintptr_t address, size_t length, int advice)"),
);

/**
 * Gives a mapped model's pages back while it is loaded, on Linux. Kernels such as AMX's want weights in an order of
 * their own; the library copies those, and the file's pages would stand in memory beside the copies until its end. What
 * is still read from the file comes back from the system's cache when it is touched. Elsewhere it does nothing.
 */
export class MappedFile implements Disposable {
  readonly #path: string;
  /** For `progress_callback`; null where pages are not given back. */
  readonly callback: bigint | null;

  constructor(path: string) {
    this.#path = path;
    this.callback =
      process.platform === "linux"
        ? native().register(() => this.#release(), native().pointer(layouts().ProgressCallback))
        : null;
  }

  /** Returns true: the loading goes on. Nothing may be thrown through the library. */
  #release(): boolean {
    try {
      // Looked up each time: the library unmaps parts, and what another has put there since must not be touched.
      for (const [start, end] of mappingsOf(this.#path)) advise()(start, end - start, notNeeded);
    } catch {
      // Without /proc the pages stay.
    }
    return true;
  }

  [Symbol.dispose](): void {
    if (this.callback !== null) native().unregister(this.callback);
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
