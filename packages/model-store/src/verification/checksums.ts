import { createHash } from "node:crypto";
import { open, readFile, stat } from "node:fs/promises";
import path from "node:path";
import { BadFileError, type ResolveOptions, sha256, unreadable, writeFileAtomic } from "@quantlab/core";
import type { Store } from "../store.ts";

interface Stamp {
  readonly size: string;
  readonly modified: string;
  readonly inode: string;
  readonly sha256: string;
}

/**
 * The file's sha256. A gigabyte is not read again at every run: the result is remembered with the file's size,
 * time of change and inode, and holds as long as these do. `place` is where a file that is being made will lie.
 */
export async function fileSha256(
  store: Store,
  file: string,
  options: ResolveOptions = {},
  place: string = file,
): Promise<string> {
  const facts = await factsOf(file);
  const stamp = await readStamp(stampFile(store, place));
  if (
    stamp?.size === facts.size &&
    stamp.modified === facts.modified &&
    stamp.inode === facts.inode &&
    /^[0-9a-f]{64}$/.test(stamp.sha256)
  )
    return stamp.sha256;
  const digest = await hashFile(file, Number(facts.size), `verify ${path.basename(place)}`, options);
  await writeStamp(store, place, { ...facts, sha256: digest });
  return digest;
}

/** Remembers a sha256 that was worked out while the file was written. */
export async function stampFileSha256(
  store: Store,
  file: string,
  digest: string,
  place: string = file,
): Promise<void> {
  await writeStamp(store, place, { ...(await factsOf(file)), sha256: digest });
}

/** Not synced: that would wait for the gigabytes that were just written, and a lost stamp is only made again. */
function writeStamp(store: Store, file: string, stamp: Stamp): Promise<void> {
  return writeFileAtomic(stampFile(store, file), `${JSON.stringify(stamp)}\n`, { sync: false });
}

/** Throws a BadFileError with `remedy` unless the file has this sha256. */
export async function requireSha256(
  store: Store,
  file: string,
  expected: string,
  remedy: string,
  options: ResolveOptions = {},
): Promise<void> {
  const found = await fileSha256(store, file, options);
  if (found !== expected)
    throw new BadFileError(file, `is damaged: its sha256 is ${found}, not ${expected}`, remedy);
}

const pieceBytes = 4 << 20;

/** The sha256 of the file as it is, read to its end: one piece is read while the one before it is hashed. */
export async function hashFile(
  file: string,
  size: number,
  step: string,
  { signal, onProgress }: ResolveOptions,
): Promise<string> {
  await using handle = await open(file);
  const hash = createHash("sha256");
  const [first, second] = [Buffer.allocUnsafe(pieceBytes), Buffer.allocUnsafe(pieceBytes)];
  let done = 0;
  let [reading, next] = [handle.read(first, 0, pieceBytes, done), second];
  for (;;) {
    const { bytesRead, buffer } = await reading;
    if (bytesRead === 0) return hash.digest("hex");
    signal?.throwIfAborted();
    done += bytesRead;
    [reading, next] = [handle.read(next, 0, pieceBytes, done), buffer];
    hash.update(buffer.subarray(0, bytesRead));
    onProgress?.({ step, done, total: size, unit: "bytes" });
  }
}

async function factsOf(file: string): Promise<Omit<Stamp, "sha256">> {
  const { size, mtimeNs, ino } = await stat(file, { bigint: true }).catch((cause: unknown) => {
    throw unreadable(file, cause);
  });
  return { size: String(size), modified: String(mtimeNs), inode: String(ino) };
}

function stampFile(store: Store, file: string): string {
  return path.join(store.folder, "verified", `${sha256(path.resolve(file)).slice(0, 32)}.json`);
}

/** A stamp that cannot be read counts as none: the file is then hashed again. */
async function readStamp(file: string): Promise<Stamp | null> {
  try {
    return JSON.parse(await readFile(file, "utf8")) as Stamp | null;
  } catch {
    return null;
  }
}
