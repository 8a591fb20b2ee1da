import { createRequire } from "node:module";
import { EngineError } from "@quantlab/core";
import type koffi from "koffi";

type Koffi = typeof koffi;

// Tried with this module, so that no measured load holds it. Where koffi has no binary for the platform the import
// still succeeds: names and versions of this package are of use there, and so is the session backend.
const attempt = tryLoading();

/** koffi, or an EngineError with the reason why it cannot be loaded here. */
export function native(): Koffi {
  if (attempt.koffi) return attempt.koffi;
  throw new EngineError(
    "llama.cpp",
    `its C API is called through koffi, which cannot be loaded: ${attempt.reason}`,
    "run pnpm install again on this machine; the session backend does without koffi",
  );
}

/** A value that needs koffi, made once at first use. */
export function lazily<T>(make: (koffi: Koffi) => T): () => T {
  let made: { readonly value: T } | null = null;
  return () => {
    made ??= { value: make(native()) };
    return made.value;
  };
}

function tryLoading(): { readonly koffi: Koffi } | { readonly koffi: null; readonly reason: string } {
  try {
    return { koffi: createRequire(import.meta.url)("koffi") as Koffi };
  } catch (cause) {
    const [reason = ""] = (cause instanceof Error ? cause.message : String(cause)).split("\n");
    return { koffi: null, reason };
  }
}
