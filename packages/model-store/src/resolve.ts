import type { ModelFile, ResolveOptions } from "@quantlab/core";
import { resolveLocal } from "./local.ts";
import type { Target } from "./reference.ts";
import { resolveShipped } from "./shipped.ts";
import type { Store } from "./store.ts";
import { resolveSynthetic } from "./synthetic-model.ts";

/** Finds, downloads or makes the file that a target names, and verifies it. */
export async function resolveTarget(
  store: Store,
  { ref, entry, file }: Target,
  options: ResolveOptions,
): Promise<ModelFile> {
  options.signal?.throwIfAborted();
  if (file !== null) return resolveLocal(store, ref, file, options);
  switch (entry?.kind) {
    case "shipped":
      return resolveShipped(store, entry, ref, options);
    case "synthetic":
      return resolveSynthetic(store, entry, ref, options);
    default:
      throw new Error(`${ref.id} has no files`);
  }
}
