import type { ResolveOptions } from "@quantlab/core";
import { HubError, hubError } from "./errors.ts";
import { hubLibrary } from "./library.ts";
import { hubFetch } from "./request.ts";
import type { HubSettings } from "./settings.ts";

/** A file as the hub describes it. */
export interface RemoteFile {
  readonly path: string;
  readonly bytes: number;
  /** Of the content, for files in large-file storage; null for small ones. */
  readonly sha256: string | null;
  /** Git's sha1 of the content, or of the pointer for files in large-file storage. */
  readonly gitOid: string;
}

/** Files of a repository at one commit. */
export interface RemoteFiles {
  readonly repository: string;
  readonly commit: string;
  readonly files: readonly RemoteFile[];
}

/** Asks the hub about files by name. A file that it does not have is a HubError. */
export async function describeFiles(
  settings: HubSettings,
  repository: string,
  paths: readonly string[],
  options: ResolveOptions,
): Promise<RemoteFiles> {
  return asking(settings, repository, options, async (common, commit) => {
    const infos = await hubLibrary().pathsInfo({
      ...common,
      repo: repository,
      revision: commit,
      paths: [...paths],
    });
    const files = infos.filter((info) => info.type === "file").map((info) => remoteFile(info, repository));
    const missing = paths.find((path) => !files.some((file) => file.path === path));
    if (missing !== undefined) {
      throw new HubError(`the hub has no ${repository}/${missing}`, {
        status: 404,
        remedy: "check the names of repository and file",
      });
    }
    return files;
  });
}

/** Asks the hub for all files of a repository that `wanted` takes. None is a HubError. */
export async function describeRepository(
  settings: HubSettings,
  repository: string,
  wanted: (path: string) => boolean,
  options: ResolveOptions,
): Promise<RemoteFiles> {
  return asking(settings, repository, options, async (common, commit) => {
    const files: RemoteFile[] = [];
    const request = { ...common, repo: repository, revision: commit, recursive: true };
    for await (const entry of hubLibrary().listFiles(request)) {
      if (entry.type === "file" && wanted(entry.path)) files.push(remoteFile(entry, repository));
    }
    if (files.length === 0)
      throw new HubError(`${repository} on the hub holds no model`, {
        remedy: "check the name: a model has config.json and weights in safetensors",
      });
    return files;
  });
}

interface CommonParameters {
  readonly hubUrl: string;
  readonly fetch: typeof fetch;
}

/** Finds the newest commit of the repository and asks about its files. */
async function asking(
  settings: HubSettings,
  repository: string,
  options: ResolveOptions,
  ask: (common: CommonParameters, commit: string) => Promise<readonly RemoteFile[]>,
): Promise<RemoteFiles> {
  try {
    const common = { hubUrl: settings.url, fetch: hubFetch(settings, repository, options) };
    const { sha } = await hubLibrary().modelInfo({
      ...common,
      name: repository,
      revision: "main",
      additionalFields: ["sha"],
    });
    if (!sha1.test(sha)) throw unclear(repository, "no commit");
    return { repository, commit: sha, files: await ask(common, sha) };
  } catch (cause) {
    options.signal?.throwIfAborted();
    throw hubError(cause, repository, settings);
  }
}

const sha1 = /^[0-9a-f]{40}$/;
const sha256 = /^[0-9a-f]{64}$/;

interface DescribedFile {
  readonly path: string;
  readonly size: number;
  readonly oid?: string;
  readonly lfs?: { readonly oid: string; readonly size: number };
}

/** Hashes become names of files in the cache, so that they must be hashes. */
function remoteFile({ path, size, oid = "", lfs }: DescribedFile, repository: string): RemoteFile {
  const file = { path, bytes: lfs?.size ?? size, sha256: lfs?.oid ?? null, gitOid: oid };
  const isHash = file.sha256 === null ? sha1.test(oid) : sha256.test(file.sha256);
  if (!isHash || !Number.isSafeInteger(file.bytes) || file.bytes < 0)
    throw unclear(`${repository}/${path}`, "no size and hash");
  return file;
}

function unclear(what: string, lacking: string): HubError {
  return new HubError(`the hub's answer about ${what} holds ${lacking}`, {
    remedy: "check HF_ENDPOINT: what stands there must answer as the hub does",
  });
}
