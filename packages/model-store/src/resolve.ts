import type { ModelFile } from "@quantlab/core";
import { resolveConverted } from "./converted.ts";
import { type FindOptions, NotOnDisk } from "./find.ts";
import { resolvePublishedFolder, resolveShippedFolder } from "./folder/resolve.ts";
import { resolveLocal } from "./local.ts";
import { resolvePublished } from "./published.ts";
import type { Target } from "./reference.ts";
import { resolveShipped } from "./shipped.ts";
import type { Store } from "./store.ts";
import { resolveSyntheticFolder } from "./synthetic-folder.ts";
import { resolveSynthetic } from "./synthetic-model.ts";

/** Finds, downloads or makes the file that a target names, and verifies it. */
export async function resolveTarget(store: Store, target: Target, options: FindOptions): Promise<ModelFile> {
  const { ref, entry, file } = target;
  options.signal?.throwIfAborted();
  if (file !== null) return resolveLocal(store, ref, file, options);
  if (ref.form === "mlx" && !(entry?.kind === "published" && Object.hasOwn(entry.mlx, ref.quantization)))
    return resolveConverted(store, ref, options);
  const isGguf = ref.form === "gguf";
  switch (entry?.kind) {
    case "shipped":
      return (isGguf ? resolveShipped : resolveShippedFolder)(store, entry, ref, options);
    case "synthetic":
      return (isGguf ? resolveSynthetic : resolveSyntheticFolder)(store, entry, ref, options);
    case "published":
      return (isGguf ? resolvePublished : resolvePublishedFolder)(store, entry, ref, options);
    default:
      throw new TypeError(`a target without entry and file: ${ref.id}`);
  }
}

/** The file that a target names if it is on disk, verified; null when it would have to be downloaded or made. */
export async function findTarget(
  store: Store,
  target: Target,
  options: FindOptions = {},
): Promise<ModelFile | null> {
  try {
    return await resolveTarget(store, target, { ...options, onlyFind: true });
  } catch (error) {
    if (error instanceof NotOnDisk) return null;
    throw error;
  }
}
