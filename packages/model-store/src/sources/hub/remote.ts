import { HubError, hubError } from "./errors.ts";
import { hubLibrary } from "./library.ts";
import { type HubSettings, hubFetch } from "./settings.ts";

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
  signal: AbortSignal | undefined,
): Promise<RemoteFiles> {
  return asking(settings, repository, signal, async (common, commit) => {
    const infos = await hubLibrary().pathsInfo({
      ...common,
      repo: repository,
      revision: commit,
      paths: [...paths],
    });
    const files = infos.filter((info) => info.type === "file").map(remoteFile);
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

/** Asks the hub for all files of a repository that `wanted` takes. */
export async function describeRepository(
  settings: HubSettings,
  repository: string,
  wanted: (path: string) => boolean,
  signal: AbortSignal | undefined,
): Promise<RemoteFiles> {
  return asking(settings, repository, signal, async (common, commit) => {
    const files: RemoteFile[] = [];
    const request = { ...common, repo: repository, revision: commit, recursive: true };
    for await (const entry of hubLibrary().listFiles(request)) {
      if (entry.type === "file" && wanted(entry.path)) files.push(remoteFile(entry));
    }
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
  signal: AbortSignal | undefined,
  ask: (common: CommonParameters, commit: string) => Promise<readonly RemoteFile[]>,
): Promise<RemoteFiles> {
  const common = { hubUrl: settings.url, fetch: hubFetch(settings, signal) };
  try {
    const { sha } = await hubLibrary().modelInfo({
      ...common,
      name: repository,
      revision: "main",
      additionalFields: ["sha"],
    });
    return { repository, commit: sha, files: await ask(common, sha) };
  } catch (cause) {
    signal?.throwIfAborted();
    throw hubError(cause, repository, settings);
  }
}

function remoteFile(info: {
  readonly path: string;
  readonly size: number;
  readonly oid?: string;
  readonly lfs?: { readonly oid: string; readonly size: number };
}): RemoteFile {
  return {
    path: info.path,
    bytes: info.lfs?.size ?? info.size,
    sha256: info.lfs?.oid ?? null,
    gitOid: info.oid ?? "",
  };
}
