import { existsSync } from "node:fs";
import path from "node:path";
import { type ModelFile, type ModelRef, readJsonFile, UnavailableError } from "@quantlab/core";
import type { PublishedEntry, ShippedEntry } from "../catalogue-types.ts";
import { noteFetched } from "../fetched.ts";
import { type FindOptions, requireMaking } from "../find.ts";
import { cachedCommit, snapshotPath } from "../hub/cache.ts";
import { fetchFiles } from "../hub/fetch-files.ts";
import { describeRepository } from "../hub/remote.ts";
import { type HubSettings, hubSettings } from "../hub/settings.ts";
import { readSums, restoreRemedy } from "../shipped-files.ts";
import type { Store } from "../store.ts";
import { requireSha256 } from "../verify.ts";
import { describeFolder, isModelFile } from "./describe.ts";

/** The folder that serves a quantization: Transformers makes every one of its own from any, MLX's are each a folder. */
function storedForm(folders: Readonly<Record<string, string>>, ref: ModelRef): string | undefined {
  if (Object.hasOwn(folders, ref.quantization)) return folders[ref.quantization];
  return ref.form === "hf" ? Object.values(folders)[0] : undefined;
}

/** Why a model has no folder of this form. */
export function noFolder(id: string, ref: ModelRef): UnavailableError {
  return new UnavailableError(
    `${id} is not kept as ${ref.quantization} (${ref.form === "hf" ? "a Hugging Face folder" : "an MLX folder"})`,
    '"pnpm lab models list" shows what there is',
  );
}

/** The Hugging Face form of a shipped model, every file checked against the folder's SHA256SUMS. */
export async function resolveShippedFolder(
  store: Store,
  entry: ShippedEntry,
  ref: ModelRef,
  options: FindOptions,
): Promise<ModelFile> {
  const root = path.join(store.root, entry.folder);
  const name = storedForm(entry.hf, ref);
  if (name === undefined) throw noFolder(entry.id, ref);
  const sums = await readSums(entry, root);
  for (const [file, sum] of sums) {
    if (file.startsWith(`${name}/`))
      await requireSha256(store, path.join(root, file), sum, restoreRemedy(entry), options);
  }
  // The last step made the GGUF from this folder.
  const steps = entry.provenance.slice(0, -1).map(({ inputFile, ...step }) => ({
    ...step,
    inputSha256: inputFile === null ? null : (sums.get(inputFile) ?? null),
  }));
  return describeFolder(store, path.join(root, name), ref, steps, options);
}

/** The Hugging Face or MLX form of a published model, from the shared cache or the hub. */
export async function resolvePublishedFolder(
  store: Store,
  entry: PublishedEntry,
  ref: ModelRef,
  options: FindOptions,
): Promise<ModelFile> {
  const repository = storedForm(ref.form === "hf" ? entry.hf : entry.mlx, ref);
  if (repository === undefined) throw noFolder(entry.id, ref);
  return resolveRepository(store, ref, repository, options);
}

/** The folder of a repository of the hub ("owner/name"), from the shared cache or the hub. */
export async function resolveRepository(
  store: Store,
  ref: ModelRef,
  repository: string,
  options: FindOptions,
): Promise<ModelFile> {
  const settings = hubSettings();
  const folder =
    (await cachedFolder(settings, repository)) ??
    (await downloadFolder(store, settings, ref, repository, options));
  const step = {
    step: "download",
    tool: "hub",
    version: path.basename(folder),
    settings: { repository },
    inputSha256: null,
  };
  return describeFolder(store, folder, ref, [step], options);
}

/** The repository's folder in the shared cache if its configuration and all its weights are there. */
export async function cachedFolder(settings: HubSettings, repository: string): Promise<string | null> {
  const commit = await cachedCommit(settings, repository);
  if (commit === null) return null;
  const place = (file: string) => snapshotPath(settings, repository, commit, file);
  if (!existsSync(place("config.json"))) return null;
  const index = place("model.safetensors.index.json");
  const weights = existsSync(index) ? shardsOf(await readJsonFile(index)) : ["model.safetensors"];
  return weights.every((file) => existsSync(place(file))) ? path.dirname(index) : null;
}

function shardsOf(index: unknown): readonly string[] {
  return [...new Set(Object.values((index as { weight_map?: Record<string, string> }).weight_map ?? {}))];
}

/** Fetches a repository's model files into the shared cache and returns its folder there. */
async function downloadFolder(
  store: Store,
  settings: HubSettings,
  ref: ModelRef,
  repository: string,
  options: FindOptions,
): Promise<string> {
  requireMaking(options);
  const remote = await describeRepository(settings, repository, isModelFile, options.signal);
  const fetched = await fetchFiles(store, settings, remote, options);
  await noteFetched(store, ref, { repository, commit: remote.commit }, fetched);
  return path.dirname(fetched[0]!.link);
}
