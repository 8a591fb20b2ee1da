import { existsSync } from "node:fs";
import {
  fullTypes,
  type ModelFile,
  type ModelRef,
  parseGgufQuantization,
  requireMakeable,
  UsageError,
} from "@quantlab/core";
import { type FindOptions, requireMaking } from "../artifacts/making.ts";
import { keepQuantized } from "../artifacts/quantization.ts";
import type { PublishedEntry } from "../catalogue/entries.ts";
import { describeGguf, readModelGguf } from "../forms/gguf-file.ts";
import type { Store } from "../store.ts";
import { fileSha256, requireSha256 } from "../verification/checksums.ts";
import { withRemedy } from "../verification/remedies.ts";
import { blobName, cachedCommit, snapshotPath } from "./hub/cache.ts";
import { fetchFiles } from "./hub/fetch-files.ts";
import { noteFetched } from "./hub/notes.ts";
import { describeFiles } from "./hub/remote.ts";
import { type HubSettings, hubSettings } from "./hub/settings.ts";
import { resolveRepository } from "./repository.ts";
import { storedFolder } from "./stored-folder.ts";

/** A GGUF file on the hub. */
export interface PublishedGguf {
  readonly quantization: string;
  readonly repository: string;
  readonly file: string;
  readonly importanceMatrix: boolean;
}

/** The published file of this quantization, or null when the catalogue names none. */
export function publishedGguf(entry: PublishedEntry, quantization: string): PublishedGguf | null {
  for (const { repository, importanceMatrix, files } of entry.gguf) {
    const file = Object.hasOwn(files, quantization) ? files[quantization] : undefined;
    if (file !== undefined) return { quantization, repository, file, importanceMatrix };
  }
  return null;
}

/**
 * A model of the hub: the published file or folder where there is one; other GGUF quantizations are made from the
 * published full weights.
 */
export async function resolvePublished(
  store: Store,
  entry: PublishedEntry,
  ref: ModelRef,
  options: FindOptions,
): Promise<ModelFile> {
  if (ref.form !== "gguf") {
    const repository = storedFolder(ref.form === "hf" ? entry.hf : entry.mlx, ref);
    return resolveRepository(store, ref, repository, options);
  }
  const own = publishedGguf(entry, ref.quantization);
  if (own) return resolveGguf(store, ref, own, options);
  requireMakeable(parseGgufQuantization(ref.quantization));
  const full = fullTypes.map((type) => publishedGguf(entry, type)).find((found) => found !== null);
  if (!full) {
    const published = entry.gguf.flatMap(({ files }) => Object.keys(files));
    throw new UsageError(
      `${entry.id} is not published as ${ref.quantization}, nor with the full weights to make it from`,
      `choose one of ${[...new Set(published)].join(", ")}`,
    );
  }
  const source = await resolveGguf(store, { ...ref, quantization: full.quantization }, full, options);
  return keepQuantized(store, ref, source, options);
}

async function resolveGguf(
  store: Store,
  ref: ModelRef,
  published: PublishedGguf,
  options: FindOptions,
): Promise<ModelFile> {
  const settings = hubSettings();
  const found =
    (await cachedFile(settings, published)) ?? (await download(store, settings, ref, published, options));
  const remedy = `delete the file; "pnpm lab models pull ${ref.id}:${ref.quantization}" fetches it again`;
  const gguf = withRemedy(remedy, () => readModelGguf(found.path));
  const name = await blobName(found.path);
  const isSha256 = /^[0-9a-f]{64}$/.test(name);
  if (isSha256) await requireSha256(store, found.path, name, remedy, options);
  const sha256 = isSha256 ? name : await fileSha256(store, found.path, options);
  const { repository, file, importanceMatrix } = published;
  const step = {
    step: "download",
    tool: "hub",
    version: found.commit,
    settings: { repository, file, importanceMatrix },
    inputSha256: null,
  };
  return describeGguf(gguf, ref, sha256, [step]);
}

interface CachedFile {
  readonly path: string;
  readonly commit: string;
}

/** The file in the hub's shared cache, whichever tool brought it; asks nobody. */
export async function cachedFile(
  settings: HubSettings,
  { repository, file }: Pick<PublishedGguf, "repository" | "file">,
): Promise<CachedFile | null> {
  const commit = await cachedCommit(settings, repository);
  if (commit === null) return null;
  const path = snapshotPath(settings, repository, commit, file);
  return existsSync(path) ? { path, commit } : null;
}

async function download(
  store: Store,
  settings: HubSettings,
  ref: ModelRef,
  { repository, file }: PublishedGguf,
  options: FindOptions,
): Promise<CachedFile> {
  requireMaking(options);
  const remote = await describeFiles(settings, repository, [file], options);
  const fetched = await fetchFiles(store, settings, remote, options);
  await noteFetched(store, ref, { repository, commit: remote.commit }, fetched);
  return { path: fetched[0]!.link, commit: remote.commit };
}
