import { existsSync } from "node:fs";
import { mkdir, readFile, realpath, rm, symlink } from "node:fs/promises";
import path from "node:path";
import { BadFileError, writeFileAtomic } from "@quantlab/core";
import { hubLibrary } from "./library.ts";
import type { HubSettings } from "./settings.ts";

/** Where the hub's tools keep a repository: blobs by their hash, snapshots of links by commit, refs by branch. */
export function repositoryFolder(settings: HubSettings, repository: string): string {
  const name = hubLibrary().getRepoFolderName({ type: "model", name: repository });
  return path.join(settings.cacheFolder, name);
}

/** The commit that the cache knows as the newest, or null when nothing of the repository was fetched. */
export async function cachedCommit(settings: HubSettings, repository: string): Promise<string | null> {
  const ref = path.join(repositoryFolder(settings, repository), "refs/main");
  const text = await readFile(ref, "utf8").catch(() => null);
  const commit = text?.trim() ?? "";
  return /^[0-9a-f]{40}$/.test(commit) ? commit : null;
}

/** A cached file's place in the snapshot of a commit. Names come from the hub: one that leaves it is refused. */
export function snapshotPath(
  settings: HubSettings,
  repository: string,
  commit: string,
  file: string,
): string {
  const folder = path.join(repositoryFolder(settings, repository), "snapshots", commit);
  const target = path.resolve(folder, file);
  if (!target.startsWith(folder + path.sep))
    throw new BadFileError(file, "is no file name that can be kept", "choose another repository");
  return target;
}

/** The name of the blob that a cached file links to: its sha256, or git's sha1 for small files. */
export async function blobName(file: string): Promise<string> {
  return path.basename(await realpath(file));
}

/** Puts a blob into the snapshot of a commit and makes that commit the newest. */
export async function addToSnapshot(
  settings: HubSettings,
  repository: string,
  commit: string,
  file: string,
  blob: string,
): Promise<string> {
  const link = snapshotPath(settings, repository, commit, file);
  await mkdir(path.dirname(link), { recursive: true });
  if (!existsSync(link)) {
    await rm(link, { force: true });
    await symlink(path.relative(path.dirname(link), blob), link);
  }
  await writeFileAtomic(path.join(repositoryFolder(settings, repository), "refs/main"), commit);
  return link;
}
