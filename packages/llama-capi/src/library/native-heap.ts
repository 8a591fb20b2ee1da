import { lazily } from "./native.ts";

/** glibc's account of `malloc`: struct mallinfo2 of <malloc.h>. */
const account = lazily((koffi) => {
  const fields = "arena ordblks smblks hblks hblkhd usmblks fsmblks uordblks fordblks keepcost".split(" ");
  const counts = koffi.struct(Object.fromEntries(fields.map((name) => [name, "size_t"])));
  return koffi.load(null).func("mallinfo2", counts, []) as () => { readonly uordblks: number };
});

/**
 * Bytes that native code holds in small pieces, as a vocabulary is; what JavaScript takes beside it has no part in a difference
 * of two. Where the C library keeps no account, all of the process's memory, which strays by some MiB.
 */
export function nativeHeapBytes(): number {
  try {
    return Number(account()().uordblks);
  } catch {
    return process.memoryUsage.rss();
  }
}
