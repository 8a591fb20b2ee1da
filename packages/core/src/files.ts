import { readFileSync } from "node:fs";
import { mkdir, readFile } from "node:fs/promises";
import path from "node:path";
import writeFileAtomicAsync from "write-file-atomic";
import { BadFileError } from "./errors.ts";

/** Writes under a temporary name, syncs, renames: readers see the old file or the new one, never half. */
export async function writeFileAtomic(file: string, data: string | Uint8Array): Promise<void> {
  await mkdir(path.dirname(file), { recursive: true });
  await writeFileAtomicAsync(file, typeof data === "string" ? data : Buffer.from(data));
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
