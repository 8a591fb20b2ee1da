import { existsSync } from "node:fs";
import { readdir, readFile, rm } from "node:fs/promises";
import path from "node:path";
import {
  DiskFullError,
  formatModelRef,
  isDiskFull,
  locked,
  type ModelFile,
  type ModelForm,
  type ModelRef,
  modelSlug,
  type ProvenanceStep,
  type ResolveOptions,
} from "@quantlab/core";
import { writeDescription } from "./described.ts";
import { type FindOptions, requireMaking } from "./find.ts";
import { keptFile, keptFolder, requireKeptFile, requireKeptFolder } from "./made-forms.ts";
import { modelsFolder, type Store } from "./store.ts";
import { parseDocument } from "./validate.ts";

/** A model that the lab makes itself, and how. In GGUF form it is a file, in the other forms a folder. */
export interface Recipe {
  readonly ref: ModelRef;
  /** Digest of everything that decides the model's bytes. */
  readonly key: string;
  readonly provenance: readonly ProvenanceStep[];
  /** Random weights; a GGUF file says so itself. */
  readonly synthetic?: boolean;
  /** Writes the model to `temporary` (nothing lies there); returns a file's sha256 when that is known from writing. */
  make(temporary: string, options: ResolveOptions): Promise<string | null>;
}

/** Folder of the made files of one model. */
export function madeFolder(store: Store, id: string): string {
  return path.join(modelsFolder(store), modelSlug(id));
}

/** Where a recipe's model lies once made. */
function madePath(store: Store, { ref, key }: Recipe): string {
  const name = `${modelSlug(ref.id)}-${ref.quantization}-${key.slice(0, 12)}.${ref.form}`;
  return path.join(madeFolder(store, ref.id), name);
}

const sidecarName = new RegExp(`\\.(${(["gguf", "hf", "mlx"] satisfies ModelForm[]).join("|")})\\.json$`);

/** A made model that is described: where it should lie, its description file, and what it is. */
export interface MadeModel {
  readonly file: string;
  readonly sidecar: string;
  readonly ref: ModelRef;
}

/** The made models of this id. */
export async function madeModels(store: Store, id: string): Promise<readonly MadeModel[]> {
  return (await madeIn(madeFolder(store, id))).filter(({ ref }) => ref.id === id);
}

/** Everything that the lab made, whatever it was made from. */
export async function allMadeModels(store: Store): Promise<readonly MadeModel[]> {
  const folders = await readdir(modelsFolder(store)).catch(() => []);
  return (await Promise.all(folders.map((name) => madeIn(path.join(modelsFolder(store), name))))).flat();
}

async function madeIn(folder: string): Promise<MadeModel[]> {
  const names = await readdir(folder).catch(() => []);
  const sidecars = names.filter((name) => sidecarName.test(name)).map((name) => path.join(folder, name));
  return Promise.all(
    sidecars.map(async (sidecar) => ({
      file: sidecar.slice(0, -".json".length),
      sidecar,
      ref: parseDocument("stored-model", await readFile(sidecar, "utf8"), sidecar).ref,
    })),
  );
}

/**
 * The recipe's model, made if it is not there. It appears under its name only when whole; of two processes that want
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
    } catch (cause) {
      if (isDiskFull(cause)) throw new DiskFullError(temporary, cause);
      throw cause;
    } finally {
      await rm(temporary, { recursive: true, force: true });
    }
  });
}

/** The made model at this path, verified, or null when it is not there or never got its description. */
export async function readMade(store: Store, file: string, options: FindOptions): Promise<ModelFile | null> {
  const sidecar = `${file}.json`;
  const text = await readFile(sidecar, "utf8").catch(() => null);
  if (text === null) return null;
  const { schemaVersion: _, ...stored } = parseDocument("stored-model", text, sidecar);
  const remedy = `run "pnpm lab models remove ${formatModelRef(stored.ref)}"; it is made again when needed`;
  // Deleted by hand: made again.
  if (!existsSync(file)) return null;
  const requireKept = stored.ref.form === "gguf" ? requireKeptFile : requireKeptFolder;
  await requireKept(store, file, stored.sha256, remedy, options);
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
  const model =
    recipe.ref.form === "gguf"
      ? await keptFile(store, recipe, temporary, written, file, options)
      : await keptFolder(store, recipe, temporary, file, options);
  await writeDescription(file, model);
  return model;
}

/** Only the holder of the lock writes temporary files, so any that lie there are left over. */
export async function removeLeftovers(file: string): Promise<void> {
  const folder = path.dirname(file);
  for (const name of await readdir(folder)) {
    if (name.startsWith(`${path.basename(file)}.`) && name.endsWith(".tmp"))
      await rm(path.join(folder, name), { recursive: true, force: true });
  }
}
