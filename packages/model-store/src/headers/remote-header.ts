import { createWriteStream } from "node:fs";
import { mkdir, rename, rm, stat, truncate } from "node:fs/promises";
import path from "node:path";
import { Readable } from "node:stream";
import { pipeline } from "node:stream/promises";
import { accessError, type ResolveOptions } from "@quantlab/core";
import { readGgufBeginning } from "@quantlab/llama-capi";
import { HubError, hubError } from "../sources/hub/errors.ts";
import { hubLibrary } from "../sources/hub/library.ts";
import { describeFiles, type RemoteFile } from "../sources/hub/remote.ts";
import { hubFetch } from "../sources/hub/request.ts";
import type { HubSettings } from "../sources/hub/settings.ts";

/** As much as most headers take, and how many times as much is asked for next. */
const [firstBytes, growth] = [2 * 2 ** 20, 3];
/** The largest vocabularies need about 20 MB; a header that goes on beyond this is none. */
const mostBytes = 128 * 2 ** 20;

/**
 * The beginning of a GGUF file on the hub, up to its weights, kept in `folder`: a file of the whole one's size that holds nothing
 * behind its header, and takes no more of the disk. Whatever the hub says is held against what it sends: a part that is none, of
 * another place or another length, is a HubError, and a header that does not fit its file a BadFileError.
 */
export async function fetchHeader(
  settings: HubSettings,
  folder: string,
  { repository, file }: { readonly repository: string; readonly file: string },
  options: ResolveOptions,
): Promise<string> {
  const what = `${repository}/${file}`;
  const { commit, files } = await describeFiles(settings, repository, [file], options);
  const described = files[0]!;
  const place = path.join(folder, `${commit}-${file.replace(/[^A-Za-z0-9._-]+/g, "-")}`);
  if ((await sizeOf(place)) === described.bytes) return place;
  const arriving = `${place}.${process.pid}.tmp`;
  try {
    await mkdir(folder, { recursive: true });
    await rm(arriving, { force: true });
    const address = `${settings.url}/${repository}/resolve/${commit}/${file.split("/").map(encodeURIComponent).join("/")}`;
    for (let wanted = firstBytes; ; wanted = Math.min(wanted * growth, mostBytes)) {
      const end = Math.min(wanted, described.bytes);
      await appendPart(settings, address, what, described, await sizeOf(arriving), end, arriving, options);
      const found = readGgufBeginning(arriving, described.bytes, what);
      if (found) break;
      if (end === described.bytes || wanted === mostBytes)
        throw new HubError(`${what} has no end of its header within ${end} bytes`, {
          remedy: "check the name; a GGUF file of a model has a header of some megabytes",
        });
    }
    await truncate(arriving, described.bytes);
    await rename(arriving, place);
    return place;
  } catch (cause) {
    options.signal?.throwIfAborted();
    throw hubError(accessError(cause, arriving), what, settings);
  } finally {
    await rm(arriving, { force: true });
  }
}

async function appendPart(
  settings: HubSettings,
  address: string,
  what: string,
  { bytes }: RemoteFile,
  from: number,
  end: number,
  into: string,
  options: ResolveOptions,
): Promise<void> {
  const response = await hubFetch(
    settings,
    what,
    options,
  )(address, {
    headers: { "accept-encoding": "identity", range: `bytes=${from}-${end - 1}` },
  });
  try {
    if (!response.ok) throw new (hubLibrary().HubApiError)(address, response.status);
    const skipped = requireAsked(response, what, from, end, bytes);
    await pipeline(
      response.body ?? Readable.from([]),
      (pieces: AsyncIterable<Uint8Array>) => part(pieces, skipped, end - from, what),
      createWriteStream(into, { flags: "a" }),
      options.signal ? { signal: options.signal } : {},
    );
  } catch (error) {
    // What is not read to its end keeps its connection, and the process.
    await response.body?.cancel().catch(() => {});
    throw error;
  }
}

/** How many bytes come before those that were asked for. Throws a HubError for anything but that part, or the whole file. */
function requireAsked(
  { status, headers }: Response,
  what: string,
  from: number,
  end: number,
  bytes: number,
): number {
  const length = headers.get("content-length");
  const range = headers.get("content-range");
  const refuse = (said: string) =>
    new HubError(`the hub was asked for bytes ${from} to ${end} of ${bytes} of ${what} and sends ${said}`, {
      remedy: "check HF_ENDPOINT and the proxy",
    });
  if (status === 206) {
    const [, first, last, total] = /^bytes (\d+)-(\d+)\/(\d+|\*)$/.exec(range ?? "") ?? [];
    const isThis = Number(first) === from && Number(last) === end - 1;
    if (!isThis || (total !== "*" && Number(total) !== bytes)) throw refuse(range ?? "an unnamed part");
    return 0;
  }
  if (length !== null && Number(length) !== bytes) throw refuse(`${length} bytes`);
  return from;
}

/** `count` bytes behind the first `skipped`; what comes behind them is not waited for. */
async function* part(
  pieces: AsyncIterable<Uint8Array>,
  skipped: number,
  count: number,
  what: string,
): AsyncGenerator<Uint8Array> {
  let [before, left] = [skipped, count];
  for await (const piece of pieces) {
    const own = piece.subarray(Math.min(before, piece.length)).subarray(0, left);
    before -= Math.min(before, piece.length);
    left -= own.length;
    yield own;
    if (left === 0) return;
  }
  throw new HubError(`of ${what} ${count - left} bytes came where ${count} were asked for`, {
    remedy: "run the command again",
  });
}

async function sizeOf(file: string): Promise<number> {
  return (await stat(file).catch(() => null))?.size ?? 0;
}
