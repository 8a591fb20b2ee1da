import { readFileSync } from "node:fs";
import { mkdir, readFile, rename, rm, writeFile } from "node:fs/promises";
import path from "node:path";
import { threadId } from "node:worker_threads";
import { BadFileError, DiskFullError, isDiskFull } from "./errors.ts";

let temporaries = 0;

/**
 * Writes under a temporary name, syncs, renames: readers see the old file or the new one, never half. A full disk is
 * a DiskFullError and leaves the old file. `sync: false` is for what can be made again: after a loss of power it may be
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
    await mkdir(path.dirname(file), { recursive: true });
    await writeFile(temporary, data, { flag: "wx", flush: sync });
    await rename(temporary, file);
  } catch (cause) {
    await rm(temporary, { force: true });
    if (isDiskFull(cause)) throw new DiskFullError(file, cause);
    throw cause;
  }
}

/** Parses a JSON file; a missing or malformed one is a BadFileError that names it. */
export async function readJsonFile(file: string): Promise<unknown> {
  let text: string;
  try {
    text = await readFile(file, "utf8");
  } catch (cause) {
    throw new BadFileError(file, "cannot be read", "check the path", cause);
  }
  try {
    return JSON.parse(text);
  } catch (cause) {
    const problem = cause instanceof Error ? cause.message : String(cause);
    throw new BadFileError(file, `is not JSON: ${problem}`, "move it away and make it again", cause);
  }
}

/** The `version` of a package.json. */
export function packageVersion(packageJson: string): string {
  return (JSON.parse(readFileSync(packageJson, "utf8")) as { version: string }).version;
}
