import { readFile } from "node:fs/promises";
import path from "node:path";
import { BadFileError } from "@quantlab/core";
import type { ShippedEntry } from "./catalogue-types.ts";

/** How to get a shipped model's files back. */
export function restoreRemedy({ folder }: ShippedEntry): string {
  return `restore it with "git checkout -- ${folder}"`;
}

/** File names of a shipped model and their sha256, from the SHA256SUMS in its folder. */
export async function readSums(entry: ShippedEntry, folder: string): Promise<ReadonlyMap<string, string>> {
  const file = path.join(folder, "SHA256SUMS");
  const text = await readFile(file, "utf8").catch((cause: unknown) => {
    throw new BadFileError(file, "cannot be read", restoreRemedy(entry), cause);
  });
  const lines = text.matchAll(/^([0-9a-f]{64}) [ *](.+)$/gm);
  return new Map([...lines].map(([, sum, name]) => [name!.replace(/^\.\//, ""), sum!]));
}
