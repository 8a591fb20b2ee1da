import { readFileSync } from "node:fs";
import { readFile, rename, rm, writeFile } from "node:fs/promises";
import path from "node:path";
import { threadId } from "node:worker_threads";
import { accessError, requireWritable, unreadable } from "./access.ts";
import { BadFileError } from "./errors.ts";

let temporaries = 0;

/**
 * Writes under a temporary name, syncs, renames: readers see the old file or the new one, never half. A full disk is
 * a DiskFullError, a folder that is closed a NoAccessError; both leave the old file. `sync: false` is for what can be made again: after a loss of power it may be
 * empty, and it does not wait until what was written before it is on the disk.
 */
export async function writeFileAtomic(
  file: string,
  data: string | Uint8Array,
  { sync = true }: { readonly sync?: boolean } = {},
): Promise<void> {
  // No two writers share it: another process, another thread, or another call of this one.
  const temporary = `${file}.${process.pid}-${threadId}-${++temporaries}.tmp`;
  try {
    await requireWritable(path.dirname(file));
    await writeFile(temporary, data, { flag: "wx", flush: sync });
    await rename(temporary, file);
  } catch (cause) {
    await rm(temporary, { force: true });
    throw accessError(cause, file);
  }
}

/** Reads a JSON file; a missing or malformed one is a BadFileError that names it. */
export async function readJsonFile(file: string): Promise<unknown> {
  let text: string;
  try {
    text = await readFile(file, "utf8");
  } catch (cause) {
    throw unreadable(file, cause);
  }
  return parseJson(text, file, "move it away and make it again");
}

/** What the text of `file` says; what is no JSON is a BadFileError with `remedy`. */
export function parseJson(text: string, file: string, remedy: string): unknown {
  if (text.startsWith("\ufeff")) throw byteOrderMark(file);
  try {
    return JSON.parse(text);
  } catch (cause) {
    const problem = cause instanceof Error ? cause.message : String(cause);
    throw new BadFileError(file, `is not JSON: ${problem}`, remedy, cause);
  }
}

/** Some editors write one before JSON; what parsers say of it does not show it. */
export function byteOrderMark(file: string): BadFileError {
  return new BadFileError(
    file,
    "begins with a byte-order mark, which JSON may not",
    "save it again as UTF-8 without one",
  );
}

/** The `version` of a package.json. */
export function packageVersion(packageJson: string): string {
  return (JSON.parse(readFileSync(packageJson, "utf8")) as { version: string }).version;
}
