import { existsSync } from "node:fs";
import { stat } from "node:fs/promises";
import path from "node:path";
import type { Quantization } from "@quantlab/core";
import { allKeptModels, type KeptModel, keptModels } from "../artifacts/kept-models.ts";
import type { CatalogueEntry, PublishedEntry, ShippedEntry } from "../catalogue/entries.ts";
import { folderBytes } from "../forms/folder.ts";
import { hubSettings } from "../sources/hub/settings.ts";
import { cachedFile } from "../sources/published.ts";
import { cachedFolder } from "../sources/repository.ts";
import { defaultStore, type Store } from "../store.ts";

/** A model of the catalogue and what of it is on disk. */
export interface ModelListing {
  readonly entry: CatalogueEntry;
  readonly onDisk: readonly FileListing[];
}

export interface FileListing {
  readonly quantization: Quantization;
  readonly path: string;
  readonly bytes: number;
  /** "shipped" with the repository, "fetched" from the hub by any tool or from a package index, or "made" here. */
  readonly origin: "shipped" | "fetched" | "made";
}

/** All models of the catalogue in its order. Files are looked for, not verified; the network is not asked. */
export async function listModels(store: Store = defaultStore): Promise<readonly ModelListing[]> {
  return Promise.all(
    store.catalogue().models.map(async (entry) => ({
      entry,
      onDisk: [
        ...(entry.kind === "shipped" ? await shippedFiles(store, entry) : []),
        ...(entry.kind === "published" ? await fetchedFiles(entry) : []),
        ...(await listed(await keptModels(store, entry.id))),
      ],
    })),
  );
}

/** Files that the lab made from a file of the user's; its id is how a result names it. */
export interface OwnListing {
  readonly id: string;
  readonly onDisk: readonly FileListing[];
}

/** What was made from files of the user's, which no catalogue names. */
export async function listOwnModels(store: Store = defaultStore): Promise<readonly OwnListing[]> {
  const known = new Set(store.catalogue().models.map(({ id }) => id));
  const own = (await allKeptModels(store)).filter(({ ref }) => !known.has(ref.id));
  const byId = Map.groupBy(own, ({ ref }) => ref.id);
  const listings = await Promise.all(
    [...byId].map(async ([id, models]) => ({ id, onDisk: await listed(models) })),
  );
  return listings.filter(({ onDisk }) => onDisk.length > 0).sort((a, b) => (a.id < b.id ? -1 : 1));
}

async function shippedFiles(store: Store, { folder, gguf, hf }: ShippedEntry): Promise<FileListing[]> {
  const paths = Object.entries(gguf).map(
    ([quantization, name]) => [quantization, path.join(store.root, folder, name)] as const,
  );
  const folders = Object.entries(hf).map(([quantization, name]) => ({
    quantization,
    path: path.join(store.root, folder, name),
  }));
  const whole = folders.filter((form) => existsSync(form.path));
  const forms = whole.map(async (form) => ({
    ...form,
    bytes: await folderBytes(form.path),
    origin: "shipped" as const,
  }));
  const files = paths
    .filter(([, file]) => existsSync(file))
    .map(([quantization, file]) => listing(quantization, file, "shipped"));
  return Promise.all([...files, ...forms]);
}

async function fetchedFiles(entry: PublishedEntry): Promise<FileListing[]> {
  const settings = hubSettings();
  const found: FileListing[] = [];
  for (const { repository, files } of entry.gguf) {
    for (const [quantization, file] of Object.entries(files)) {
      const cached = await cachedFile(settings, { repository, file });
      if (cached) found.push(await listing(quantization, cached.path, "fetched"));
    }
  }
  for (const [quantization, repository] of Object.entries({ ...entry.hf, ...entry.mlx })) {
    const folder = await cachedFolder(settings, repository);
    if (folder)
      found.push({ quantization, path: folder, bytes: await folderBytes(folder), origin: "fetched" });
  }
  return found;
}

async function listed(kept: readonly KeptModel[]): Promise<FileListing[]> {
  const there = kept.filter(({ file }) => existsSync(file));
  return Promise.all(
    there.map(async ({ file, ref, fetched }) =>
      ref.form === "gguf"
        ? listing(ref.quantization, file, fetched ? "fetched" : "made")
        : { quantization: ref.quantization, path: file, bytes: await folderBytes(file), origin: "made" },
    ),
  );
}

async function listing(
  quantization: Quantization,
  file: string,
  origin: FileListing["origin"],
): Promise<FileListing> {
  return { quantization, path: file, bytes: (await stat(file)).size, origin };
}
