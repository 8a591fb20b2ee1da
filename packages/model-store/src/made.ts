import { existsSync } from "node:fs";
import { readdir, readFile, rename, rm } from "node:fs/promises";
import path from "node:path";
import {
  formatModelRef,
  type ModelFile,
  type ModelRef,
  modelSlug,
  type ProvenanceStep,
  type ResolveOptions,
  writeFileAtomic,
} from "@quantlab/core";
import { describeGguf, readModelGguf } from "./describe.ts";
import { type FindOptions, requireMaking } from "./find.ts";
import { locked } from "./locked.ts";
import { modelsFolder, type Store } from "./store.ts";
import { parseDocument } from "./validate.ts";
import { hashFile, requireSha256, stampFileSha256 } from "./verify.ts";
import { withRemedy } from "./with-remedy.ts";

/** A file that the lab makes itself, and how. */
export interface Recipe {
  readonly ref: ModelRef;
  /** Digest of everything that decides the file's bytes. */
  readonly key: string;
  readonly provenance: readonly ProvenanceStep[];
  /** Writes the model to `temporary` (a new file); returns its sha256 when that is known from writing. */
  make(temporary: string, options: ResolveOptions): Promise<string | null>;
}

/** Folder of the made files of one model. */
export function madeFolder(store: Store, id: string): string {
  return path.join(modelsFolder(store), modelSlug(id));
}

/** Where a recipe's file lies once made. */
export function madePath(store: Store, { ref, key }: Recipe): string {
  const name = `${modelSlug(ref.id)}-${ref.quantization}-${key.slice(0, 12)}.gguf`;
  return path.join(madeFolder(store, ref.id), name);
}

/**
 * The recipe's file, made if it is not there. It appears under its name only when whole; of two processes that want
 * it one makes it and the other waits. What an interrupted attempt left is deleted by the next.
 */
export async function makeOnce(store: Store, recipe: Recipe, options: FindOptions): Promise<ModelFile> {
  const file = madePath(store, recipe);
  const there = await readMade(store, file, options);
  if (there) return there;
  requireMaking(options);
  return locked(file, options, async () => {
    const meanwhile = await readMade(store, file, options);
    if (meanwhile) return meanwhile;
    await removeLeftovers(file);
    const temporary = `${file}.${process.pid}.tmp`;
    try {
      const written = await recipe.make(temporary, options);
      return await keep(store, recipe, temporary, written, file, options);
    } finally {
      await rm(temporary, { force: true });
    }
  });
}

/** The made file at this path, verified, or null when it is not there or never got its description. */
export async function readMade(store: Store, file: string, options: FindOptions): Promise<ModelFile | null> {
  const sidecar = `${file}.json`;
  const text = await readFile(sidecar, "utf8").catch(() => null);
  if (text === null) return null;
  const { schemaVersion: _, ...stored } = parseDocument("stored-model", text, sidecar);
  const remedy = `run "pnpm lab models remove ${formatModelRef(stored.ref)}"; it is made again when needed`;
  // Deleted by hand: made again.
  if (!existsSync(file)) return null;
  withRemedy(remedy, () => readModelGguf(file));
  await requireSha256(store, file, stored.sha256, remedy, options);
  return { ...stored, path: file };
}

async function keep(
  store: Store,
  recipe: Recipe,
  temporary: string,
  written: string | null,
  file: string,
  options: FindOptions,
): Promise<ModelFile> {
  const gguf = readModelGguf(temporary);
  const digest = written ?? (await hashFile(temporary, gguf.bytes, `verify ${path.basename(file)}`, options));
  options.signal?.throwIfAborted();
  await rename(temporary, file);
  await stampFileSha256(store, file, digest);
  const model = describeGguf({ ...gguf, path: file }, recipe.ref, digest, recipe.provenance);
  const { path: _, ...stored } = model;
  await writeFileAtomic(`${file}.json`, `${JSON.stringify({ schemaVersion: 1, ...stored }, null, 1)}\n`);
  return model;
}

/** Only the holder of the lock writes temporary files, so any that lie there are left over. */
async function removeLeftovers(file: string): Promise<void> {
  const folder = path.dirname(file);
  for (const name of await readdir(folder)) {
    if (name.startsWith(`${path.basename(file)}.`) && name.endsWith(".tmp"))
      await rm(path.join(folder, name), { force: true });
  }
}
