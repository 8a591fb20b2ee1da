import { createWriteStream } from "node:fs";
import { rm, stat } from "node:fs/promises";
import path from "node:path";
import { Readable } from "node:stream";
import { pipeline } from "node:stream/promises";
import { setTimeout as sleep } from "node:timers/promises";
import { accessError, QuantlabError, type ResolveOptions } from "@quantlab/core";
import { requireDisk } from "../../verification/disk-space.ts";
import { HubError } from "./errors.ts";
import { hubLibrary } from "./library.ts";
import type { RemoteFile } from "./remote.ts";
import { hubFetch } from "./request.ts";
import type { HubSettings } from "./settings.ts";

export interface Transfer {
  readonly repository: string;
  readonly commit: string;
  readonly file: RemoteFile;
  /** Grows as content arrives; what it holds already is not asked for again. */
  readonly into: string;
  readonly options: ResolveOptions;
  readonly onBytes: (received: number) => void;
}

/** Waits before each new attempt; a connection that brought something starts the count again. */
const pausesMs = [300, 1_000, 3_000];

/**
 * Brings a file's content and returns where it lies whole, unverified: in `into`, which may hold its beginning, or
 * beside it where the hub would not go on from there. A connection that breaks is taken up again. What the hub sends
 * instead of the content it was asked for is a HubError and touches nothing.
 */
export async function transfer(settings: HubSettings, wanted: Transfer): Promise<string> {
  const { signal } = wanted.options;
  let failures = 0;
  // Of a process that was killed.
  await rm(besideOf(wanted.into), { force: true });
  for (;;) {
    const before = await sizeOf(wanted.into);
    try {
      return await receive(settings, wanted, before);
    } catch (error) {
      signal?.throwIfAborted();
      if ((await sizeOf(wanted.into)) > before) failures = 0;
      const pause = pausesMs[failures++];
      if (pause === undefined || !isPassing(error)) throw error;
      await sleep(pause, undefined, signal ? { signal } : {});
    }
  }
}

async function receive(settings: HubSettings, wanted: Transfer, from: number): Promise<string> {
  const { repository, file, into, options } = wanted;
  if (from > 0 && from >= file.bytes) return into;
  const what = `${repository}/${file.path}`;
  const address = contentAddress(settings, wanted);
  const send = hubFetch(settings, what, options);
  const response = await send(address, {
    headers: { "accept-encoding": "identity", ...(from > 0 && { range: `bytes=${from}-` }) },
  });
  const beside = besideOf(into);
  try {
    const { HubApiError } = hubLibrary();
    // Not where it was redirected to: such an address holds a signature that lets anybody in.
    if (!response.ok) throw new HubApiError(address, response.status);
    const start = startOf(response, from, file.bytes, what);
    const target = start === from ? into : beside;
    if (target === beside) await requireDisk(path.dirname(into), file.bytes, `downloading ${what} again`);
    await write(response, wanted, start, target);
    return target;
  } catch (error) {
    // What is not read to its end keeps its connection, and the process.
    await response.body?.cancel().catch(() => {});
    await rm(beside, { force: true });
    throw error;
  }
}

const besideOf = (into: string) => `${into}-again`;

/** The byte that an answer begins at: `from`, or 0 for the whole file. Throws a HubError for any other content. */
function startOf({ status, headers }: Response, from: number, bytes: number, what: string): number {
  const refuse = (said: string) =>
    new HubError(`the hub was asked for ${what} from byte ${from} of ${bytes} and sends ${said}`, {
      remedy: "check HF_ENDPOINT and the proxy; what has arrived is kept",
    });
  if (status === 206) {
    const range = headers.get("content-range") ?? "an unnamed part";
    const [, first, total] = /^bytes (\d+)-\d+\/(\d+|\*)$/.exec(range) ?? [];
    if (Number(first) !== from || (total !== "*" && Number(total) !== bytes)) throw refuse(range);
    return from;
  }
  const length = headers.get("content-length");
  if (length !== null && Number(length) !== bytes) throw refuse(`${length} bytes`);
  return 0;
}

/** Writes the body to `target` behind its first `start` bytes, and nothing beyond the file's end. */
async function write(
  { body }: Response,
  { file: { bytes }, options: { signal }, onBytes }: Transfer,
  start: number,
  target: string,
): Promise<void> {
  let received = start;
  await pipeline(
    body ?? Readable.from([]),
    async function* (pieces: AsyncIterable<Uint8Array>) {
      for await (const piece of pieces) {
        received += piece.length;
        if (received > bytes) throw new TypeError(`more than ${bytes} bytes came`);
        onBytes(received);
        yield piece;
      }
    },
    createWriteStream(target, { flags: start > 0 ? "a" : "w" }),
    signal ? { signal } : {},
  );
  if (received < bytes) throw new TypeError(`only ${received} of ${bytes} bytes came`);
}

function contentAddress(settings: HubSettings, { repository, commit, file }: Transfer): string {
  const name = file.path.split("/").map(encodeURIComponent).join("/");
  return `${settings.url}/${repository}/resolve/${commit}/${name}`;
}

/** Whether asking again may help: broken connections and overloaded servers, not refusals or a full disk. */
function isPassing(error: unknown): boolean {
  if (error instanceof hubLibrary().HubApiError) return error.statusCode >= 500 || error.statusCode === 429;
  return !(accessError(error) instanceof QuantlabError);
}

async function sizeOf(file: string): Promise<number> {
  return (await stat(file).catch(() => null))?.size ?? 0;
}
