import { closeSync, openSync, readSync } from "node:fs";
import type { Gguf } from "./gguf/index.ts";

/** The bytes of each metadata entry of a file. */
export function entriesOf({ path, entries }: Gguf): Map<string, Uint8Array> {
  const end = Math.max(0, ...Array.from(entries.values(), ([, end]) => end));
  const bytes = Buffer.alloc(end);
  const descriptor = openSync(path, "r");
  try {
    for (let read = 0; read < end; ) {
      const more = readSync(descriptor, bytes, read, end - read, read);
      if (more === 0) throw new RangeError(`${path} ended while its metadata were read`);
      read += more;
    }
  } finally {
    closeSync(descriptor);
  }
  return new Map(Array.from(entries, ([key, [start, end]]) => [key, bytes.subarray(start, end)]));
}
