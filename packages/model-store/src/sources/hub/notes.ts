import { readdir, readFile } from "node:fs/promises";
import path from "node:path";
import { type ModelRef, modelSlug, writeFileAtomic } from "@quantlab/core";
import { parseDocument } from "../../catalogue/documents.ts";
import type { FetchedModel } from "../../catalogue/stored-types.ts";
import type { Store } from "../../store.ts";
import type { FetchedFile } from "./fetch-file.ts";

/** Notes which files of the shared cache this lab brought, keeping what earlier calls noted. */
export async function noteFetched(
  store: Store,
  ref: ModelRef,
  origin: { readonly repository: string; readonly commit: string },
  files: readonly FetchedFile[],
): Promise<void> {
  const brought = files.filter((file) => file.fetched);
  if (brought.length === 0) return;
  const file = noteFile(store, ref);
  const before = (await readNote(file))?.files ?? [];
  const note: FetchedModel = {
    schemaVersion: 1,
    ref,
    ...origin,
    files: [
      ...before.filter((old) => !brought.some(({ link }) => link === old.link)),
      ...brought.map(({ link, blob }) => ({ link, blob })),
    ],
  };
  await writeFileAtomic(file, `${JSON.stringify(note, null, 1)}\n`);
}

/** The notes on a model, one for each quantization that was fetched, with their own paths. */
export async function fetchedNotes(
  store: Store,
  id: string,
): Promise<readonly { readonly file: string; readonly note: FetchedModel }[]> {
  const folder = path.join(store.folder, "fetched", modelSlug(id));
  const names = await readdir(folder).catch(() => []);
  const notes = await Promise.all(
    names
      .filter((name) => name.endsWith(".json"))
      .map(async (name) => ({
        file: path.join(folder, name),
        note: await readNote(path.join(folder, name)),
      })),
  );
  return notes.flatMap(({ file, note }) => (note ? [{ file, note }] : []));
}

function noteFile(store: Store, ref: ModelRef): string {
  return path.join(store.folder, "fetched", modelSlug(ref.id), `${modelSlug(ref.quantization)}.json`);
}

async function readNote(file: string): Promise<FetchedModel | null> {
  const text = await readFile(file, "utf8").catch(() => null);
  return text === null ? null : parseDocument("fetched-model", text, file);
}
