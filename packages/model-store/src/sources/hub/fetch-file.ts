import { createHash } from "node:crypto";
import { existsSync } from "node:fs";
import { readFile, rename, rm, stat } from "node:fs/promises";
import path from "node:path";
import { accessError, locked, type ResolveOptions, requireWritable } from "@quantlab/core";
import type { Store } from "../../store.ts";
import { hashFile, stampFileSha256 } from "../../verification/checksums.ts";
import { requireDisk } from "../../verification/disk-space.ts";
import { addToSnapshot, repositoryFolder } from "./cache.ts";
import { HubError, hubError } from "./errors.ts";
import type { RemoteFile } from "./remote.ts";
import type { HubSettings } from "./settings.ts";
import { transfer } from "./transfer.ts";

/** A file that came from the hub: its place in the shared cache, and whether this call brought it. */
export interface FetchedFile {
  readonly link: string;
  readonly blob: string;
  readonly fetched: boolean;
}

/** One file to bring. */
export interface Fetching {
  readonly store: Store;
  readonly settings: HubSettings;
  readonly repository: string;
  readonly commit: string;
  readonly file: RemoteFile;
  readonly options: ResolveOptions;
  readonly onBytes: (received: number) => void;
}

/**
 * Brings one file into the shared cache unless it is there, checked against the hash that the hub gives for it. One
 * process at a time fetches a file; what does not match is deleted.
 */
export async function fetchFile(fetching: Fetching): Promise<FetchedFile> {
  const { settings, repository, commit, file, options } = fetching;
  const blob = path.join(repositoryFolder(settings, repository), "blobs", hashInHub(file));
  let fetched = false;
  if (!existsSync(blob)) {
    await requireWritable(path.dirname(blob), {
      elsewhere: "set HF_HUB_CACHE to a folder of your own",
    });
    await locked(blob, options, async () => {
      if (existsSync(blob)) return;
      await fetchBlob(fetching, blob);
      fetched = true;
    });
  }
  const link = await addToSnapshot(settings, repository, commit, file.path, blob);
  return { link, blob, fetched };
}

async function fetchBlob(fetching: Fetching, blob: string): Promise<void> {
  const { store, file, options } = fetching;
  const arriving = `${blob}.incomplete-quantlab`;
  const whole = await receive(fetching, arriving);
  const digest = await contentHash(whole, file, options);
  if (digest !== hashInHub(file)) {
    await rm(whole, { force: true });
    const what = `${fetching.repository}/${file.path}`;
    throw new HubError(`${what} arrived damaged: its hash is ${digest}, the hub says ${hashInHub(file)}`, {
      remedy: "it was deleted; run the command again",
    });
  }
  await rename(whole, blob);
  await rm(arriving, { force: true });
  if (file.sha256) await stampFileSha256(store, blob, file.sha256);
}

async function receive(fetching: Fetching, arriving: string): Promise<string> {
  const { settings, repository, commit, file, options, onBytes } = fetching;
  const what = `${repository}/${file.path}`;
  const received = (await stat(arriving).catch(() => null))?.size ?? 0;
  await requireDisk(path.dirname(arriving), file.bytes - received, `downloading ${what}`);
  try {
    return await transfer(settings, { repository, commit, file, into: arriving, options, onBytes });
  } catch (cause) {
    options.signal?.throwIfAborted();
    throw hubError(accessError(cause, arriving), what, settings);
  }
}

/** The hash by which the hub and its caches know a file. */
function hashInHub({ sha256, gitOid }: RemoteFile): string {
  return sha256 ?? gitOid;
}

/** sha256 for files in large-file storage; for others git's sha1 over a header and the content. */
async function contentHash(
  arriving: string,
  { sha256, bytes, path: file }: RemoteFile,
  options: ResolveOptions,
): Promise<string> {
  if (sha256) return hashFile(arriving, bytes, `verify ${file}`, options);
  const content = await readFile(arriving);
  return createHash("sha1").update(`blob ${content.length}\0`).update(content).digest("hex");
}
