import { readFile } from "node:fs/promises";
import { type ModelFile, QuantlabError, writeFileAtomic } from "@quantlab/core";
import type { StoredModel } from "./stored-types.ts";
import { parseDocument } from "./validate.ts";

/** Where a file's description lies: beside it, under its name with ".json". It goes with the file. */
export function descriptionOf(file: string): string {
  return `${file}.json`;
}

/**
 * What the lab wrote beside a file when it made it, or null when nothing lies there that describes these very bytes:
 * no description, another program's, or that of a file which was replaced since.
 */
export async function readDescription(file: string, sha256: string): Promise<StoredModel | null> {
  const description = await parsedDescription(file);
  return description?.sha256 === sha256 ? description : null;
}

/** What lies beside a file, whether or not it still describes it; null for what the lab did not write. */
export async function parsedDescription(file: string): Promise<StoredModel | null> {
  const sidecar = descriptionOf(file);
  const text = await readFile(sidecar, "utf8").catch(() => null);
  if (text === null) return null;
  try {
    return parseDocument("stored-model", text, sidecar);
  } catch (error) {
    if (error instanceof QuantlabError) return null;
    throw error;
  }
}

/** Writes the description of a model that lies, or will lie, at `file`. */
export async function writeDescription(file: string, { path: _, ...stored }: ModelFile): Promise<void> {
  const text = JSON.stringify({ schemaVersion: 1, ...stored }, null, 1);
  // No safer than the weights, which are not synced either: that would wait until gigabytes are on the disk.
  await writeFileAtomic(descriptionOf(file), `${text}\n`, { sync: false });
}
