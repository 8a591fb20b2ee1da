import { createWriteStream } from "node:fs";
import { stat } from "node:fs/promises";
import { pipeline } from "node:stream/promises";
import { setTimeout as sleep } from "node:timers/promises";
import type { HubApiError } from "@huggingface/hub";
import { isDiskFull } from "@quantlab/core";
import { hubLibrary } from "./library.ts";
import { type HubSettings, hubFetch } from "./settings.ts";

export interface Transfer {
  readonly repository: string;
  readonly commit: string;
  readonly path: string;
  readonly bytes: number;
  readonly etag: string;
  /** Grows as content arrives; what it holds already is not asked for again. */
  readonly into: string;
  readonly signal: AbortSignal | undefined;
  readonly onBytes: (received: number) => void;
}

/** Waits before each new attempt; a connection that brought something starts the count again. */
const pausesMs = [300, 1_000, 3_000];

/** Brings a file's content into `into`, which may hold its beginning. A connection that breaks is taken up again. */
export async function transfer(settings: HubSettings, wanted: Transfer): Promise<void> {
  let failures = 0;
  for (;;) {
    const before = await sizeOf(wanted.into);
    try {
      return await receive(settings, wanted, before);
    } catch (error) {
      wanted.signal?.throwIfAborted();
      if ((await sizeOf(wanted.into)) > before) failures = 0;
      const pause = pausesMs[failures++];
      if (pause === undefined || !isPassing(error)) throw error;
      await sleep(pause, undefined, wanted.signal ? { signal: wanted.signal } : {});
    }
  }
}

async function receive(settings: HubSettings, wanted: Transfer, from: number): Promise<void> {
  const { repository, commit, path, bytes, etag, into, signal, onBytes } = wanted;
  const { downloadFile, HubApiError } = hubLibrary();
  // The library's blobs turn a refusal into text; this keeps it.
  let refusal: HubApiError | undefined;
  const send = hubFetch(settings, signal);
  const watchedFetch: typeof fetch = async (input, init) => {
    const response = await send(input, init);
    if (!response.ok) refusal = new HubApiError(response.url, response.status);
    return response;
  };
  let received = from;
  try {
    const blob = await downloadFile({
      repo: repository,
      path,
      revision: commit,
      hubUrl: settings.url,
      fetch: watchedFetch,
      // Known already: without it the library asks for each attempt.
      downloadInfo: { size: bytes, etag, url: contentUrl(settings, wanted) },
      // Plain HTTP: every mirror has it, and half a file is of use.
      xet: false,
    });
    if (!blob) throw new HubApiError(path, 404);
    if (from < bytes) {
      await pipeline(
        blob.slice(from, bytes).stream(),
        async function* (pieces: AsyncIterable<Uint8Array>) {
          for await (const piece of pieces) {
            received += piece.length;
            onBytes(received);
            yield piece;
          }
        },
        createWriteStream(into, { flags: "a" }),
        signal ? { signal } : {},
      );
    }
  } catch (error) {
    throw refusal ?? error;
  }
  if (received < bytes) throw new TypeError(`only ${received} of ${bytes} bytes came`);
}

function contentUrl(settings: HubSettings, { repository, commit, path }: Transfer): string {
  const name = path.split("/").map(encodeURIComponent).join("/");
  return `${settings.url}/${repository}/resolve/${commit}/${name}`;
}

/** Whether asking again may help: broken connections and overloaded servers, not refusals or a full disk. */
function isPassing(error: unknown): boolean {
  if (error instanceof hubLibrary().HubApiError) return error.statusCode >= 500 || error.statusCode === 429;
  return !isDiskFull(error);
}

async function sizeOf(file: string): Promise<number> {
  return (await stat(file).catch(() => null))?.size ?? 0;
}
