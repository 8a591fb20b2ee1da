import { createRequire } from "node:module";
import { EngineError } from "@quantlab/core";
import type koffi from "koffi";

type Koffi = typeof koffi;

let loaded: Koffi | null = null;

/** koffi, or an EngineError with the reason why it cannot be loaded here. */
export function native(): Koffi {
  try {
    // Not imported: names and versions of this package are of use where koffi has no binary for the platform, too.
    loaded ??= createRequire(import.meta.url)("koffi") as Koffi;
    return loaded;
  } catch (cause) {
    const [reason = ""] = (cause instanceof Error ? cause.message : String(cause)).split("\n");
    throw new EngineError(
      "llama.cpp",
      `its C API is called through koffi, which cannot be loaded: ${reason}`,
      "run pnpm install again on this machine; the session backend does without koffi",
      cause,
    );
  }
}

/** A value that needs koffi, made once at first use. */
export function lazily<T>(make: (koffi: Koffi) => T): () => T {
  let made: { readonly value: T } | null = null;
  return () => {
    made ??= { value: make(native()) };
    return made.value;
  };
}
