import { readdir, readlink, rm, stat } from "node:fs/promises";
import path from "node:path";
import { formatModelRef, locked, type ModelRef, QuantlabError, UsageError } from "@quantlab/core";
import { descriptionOf } from "../artifacts/descriptions.ts";
import { keptMatrices } from "../artifacts/importance-matrix.ts";
import { keptModels } from "../artifacts/kept-models.ts";
import { folderBytes } from "../forms/folder.ts";
import { parseTarget, splitReference, type Target } from "../references/reference.ts";
import { fetchedNotes } from "../sources/hub/notes.ts";
import { defaultStore, type Store } from "../store.ts";

/** What was deleted: paths, and the bytes that became free. */
export interface Removed {
  readonly files: readonly string[];
  readonly bytes: number;
}

/**
 * Deletes what the lab fetched or made of a model: one quantization, or all when the reference names none. Files
 * that ship with the repository, that the user gave, or that another tool fetched are never touched; when there is
 * nothing else it throws.
 */
export async function removeModel(reference: string, store: Store = defaultStore): Promise<Removed> {
  const target = parseTarget(store, reference);
  const { quantization } = splitReference(reference);
  // Every quantization that Transformers loads is the same folder.
  const wanted = (found: ModelRef) =>
    quantization === null ||
    (found.form === target.ref.form &&
      (found.form === "hf" || found.quantization === target.ref.quantization));
  const { id } = target.ref;
  const kept = (await keptModels(store, id)).filter((model) => wanted(model.ref)).map(({ file }) => file);
  const files = [
    ...(await removeMade([...kept, ...(quantization === null ? await keptMatrices(store, id) : [])])),
    ...(await removeFetched(store, target, wanted)),
  ];
  if (files.length === 0) throw nothingToRemove(target, quantization !== null);
  return {
    files: files.map(({ file }) => file),
    bytes: files.reduce((sum, { bytes }) => sum + bytes, 0),
  };
}

interface RemovedFile {
  readonly file: string;
  readonly bytes: number;
}

async function removeMade(files: readonly string[]): Promise<RemovedFile[]> {
  const removed: RemovedFile[] = [];
  for (const file of files) {
    await locked(file, {}, async () => {
      const isFolder = (await stat(file).catch(() => null))?.isDirectory() ?? false;
      const bytes = isFolder ? await folderBytes(file) : await sizeOrZero(file);
      // The description goes first: without it the model counts as not there.
      await rm(descriptionOf(file), { force: true });
      await rm(file, { recursive: true, force: true });
      removed.push({ file, bytes });
    });
  }
  return removed;
}

async function removeFetched(
  store: Store,
  { ref }: Target,
  wanted: (found: ModelRef) => boolean,
): Promise<RemovedFile[]> {
  const removed: RemovedFile[] = [];
  for (const { file: noteFile, note } of await fetchedNotes(store, ref.id)) {
    if (!wanted(note.ref)) continue;
    for (const { link, blob } of note.files) {
      await rm(link, { force: true });
      const bytes = (await isLinked(blob)) ? 0 : await sizeOrZero(blob);
      if (bytes > 0) await rm(blob, { force: true });
      removed.push({ file: link, bytes });
    }
    await rm(noteFile, { force: true });
  }
  return removed;
}

/** Whether a snapshot of the shared cache still leads to the blob: another tool's, or another commit's. */
async function isLinked(blob: string): Promise<boolean> {
  const snapshots = path.join(path.dirname(blob), "../snapshots");
  const entries = await readdir(snapshots, { recursive: true, withFileTypes: true }).catch(() => []);
  for (const entry of entries.filter((entry) => entry.isSymbolicLink())) {
    const target = await readlink(path.join(entry.parentPath, entry.name));
    if (path.resolve(entry.parentPath, target) === blob) return true;
  }
  return false;
}

function nothingToRemove({ ref, entry, file }: Target, named: boolean): QuantlabError {
  if (file !== null)
    return new UsageError(`${file} is yours`, "delete it yourself; the lab removes only what it made");
  const what = named ? formatModelRef(ref) : ref.id;
  if (
    entry?.kind === "shipped" &&
    (!named || ref.form === "hf" || Object.hasOwn(entry.gguf, ref.quantization))
  )
    return new UsageError(`${what} is part of this repository`, "only what is made from it can be removed");
  return new QuantlabError("NOTHING_TO_REMOVE", `the lab fetched or made nothing of ${what}`, {
    remedy: '"pnpm lab models list" shows what is on disk',
  });
}

async function sizeOrZero(file: string): Promise<number> {
  return (await stat(file).catch(() => null))?.size ?? 0;
}
