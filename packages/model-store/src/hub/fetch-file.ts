import { createHash } from "node:crypto";
import { existsSync } from "node:fs";
import { readFile, rename, rm, stat } from "node:fs/promises";
import path from "node:path";
import type { ResolveOptions } from "@quantlab/core";
import { locked } from "../locked.ts";
import { requireDisk } from "../space.ts";
import type { Store } from "../store.ts";
import { hashFile, stampFileSha256 } from "../verify.ts";
import { addToSnapshot, repositoryFolder } from "./cache.ts";
import { HubError, hubError } from "./errors.ts";
import type { RemoteFile, RemoteFiles } from "./remote.ts";
import type { HubSettings } from "./settings.ts";
import { transfer } from "./transfer.ts";

/** A file that came from the hub: its place in the shared cache, and whether this call brought it. */
export interface FetchedFile {
  readonly link: string;
  readonly blob: string;
  readonly fetched: boolean;
}

/**
 * Brings one file into the shared cache unless it is there, checked against the hash that the hub gives for it. One
 * process at a time fetches a file; what does not match is deleted.
 */
export async function fetchFile(
  store: Store,
  settings: HubSettings,
  { repository, commit }: RemoteFiles,
  file: RemoteFile,
  options: ResolveOptions,
): Promise<FetchedFile> {
  const blob = path.join(repositoryFolder(settings, repository), "blobs", file.sha256 ?? file.gitOid);
  let fetched = false;
  if (!existsSync(blob)) {
    await locked(blob, options.signal, async () => {
      if (existsSync(blob)) return;
      await fetchBlob(store, settings, { repository, commit }, file, blob, options);
      fetched = true;
    });
  }
  const link = await addToSnapshot(settings, repository, commit, file.path, blob);
  return { link, blob, fetched };
}

async function fetchBlob(
  store: Store,
  settings: HubSettings,
  { repository, commit }: Omit<RemoteFiles, "files">,
  file: RemoteFile,
  blob: string,
  { signal, onProgress }: ResolveOptions,
): Promise<void> {
  const what = `${repository}/${file.path}`;
  const step = `download ${what}`;
  const arriving = `${blob}.incomplete-quantlab`;
  const received = (await stat(arriving).catch(() => null))?.size ?? 0;
  await requireDisk(path.dirname(blob), file.bytes - received, step);
  try {
    await transfer(settings, {
      repository,
      commit,
      path: file.path,
      bytes: file.bytes,
      etag: file.sha256 ?? file.gitOid,
      into: arriving,
      signal,
      onBytes: (done) => onProgress?.({ step, done, total: file.bytes, unit: "bytes" }),
    });
  } catch (cause) {
    signal?.throwIfAborted();
    // A full disk is reported as such; anything else is between here and the hub.
    if ((cause as NodeJS.ErrnoException).code === "ENOSPC") await requireDisk(blob, file.bytes, step);
    throw hubError(cause, what, settings);
  }
  const digest = await contentHash(arriving, file, { ...(signal && { signal }) });
  const expected = file.sha256 ?? file.gitOid;
  if (digest !== expected) {
    await rm(arriving, { force: true });
    throw new HubError(`${what} arrived damaged: its hash is ${digest}, the hub says ${expected}`, {
      remedy: "it was deleted; run the command again",
    });
  }
  await rename(arriving, blob);
  if (file.sha256) await stampFileSha256(store, blob, file.sha256);
}

/** sha256 for files in large-file storage; for others git's sha1 over a header and the content. */
async function contentHash(
  arriving: string,
  { sha256, bytes }: RemoteFile,
  options: ResolveOptions,
): Promise<string> {
  if (sha256) return hashFile(arriving, bytes, options);
  const content = await readFile(arriving);
  return createHash("sha1").update(`blob ${content.length}\0`).update(content).digest("hex");
}
