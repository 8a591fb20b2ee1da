import { existsSync } from "node:fs";
import path from "node:path";
import {
  asIs,
  type ModelFile,
  type ModelRef,
  type ResolveOptions,
  readJsonFile,
  UsageError,
} from "@quantlab/core";
import { type FindOptions, requireMaking } from "../artifacts/making.ts";
import { describeFolder, isModelFile } from "../forms/folder.ts";
import { defaultStore, type Store } from "../store.ts";
import { cachedCommit, snapshotPath } from "./hub/cache.ts";
import { fetchFiles } from "./hub/fetch-files.ts";
import { noteFetched } from "./hub/notes.ts";
import { describeRepository } from "./hub/remote.ts";
import { type HubSettings, hubSettings } from "./hub/settings.ts";

/** A repository of the hub in Hugging Face form, by its own name ("owner/name"), catalogued or not. */
export async function resolveHubFolder(
  repository: string,
  { store = defaultStore, ...options }: ResolveOptions & { readonly store?: Store } = {},
): Promise<ModelFile> {
  if (!/^[\w.-]+\/[\w.-]+$/.test(repository))
    throw new UsageError(`"${repository}" is no repository`, 'write it as "owner/name"');
  return resolveRepository(store, { id: repository, form: "hf", quantization: asIs }, repository, options);
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
  const remote = await describeRepository(settings, repository, isModelFile, options);
  const fetched = await fetchFiles(store, settings, remote, options);
  await noteFetched(store, ref, { repository, commit: remote.commit }, fetched);
  return path.dirname(fetched[0]!.link);
}
