import { readdir, readFile } from "node:fs/promises";
import path from "node:path";
import { BadFileError } from "./errors.ts";
import { sha256 } from "./json.ts";

/** File names of a shipped model's folder and their sha256, as its SHA256SUMS tells. */
export async function readSums(folder: string, remedy: string): Promise<ReadonlyMap<string, string>> {
  const file = path.join(folder, "SHA256SUMS");
  const text = await readFile(file, "utf8").catch((cause: unknown) => {
    throw new BadFileError(file, "cannot be read", remedy, cause);
  });
  const lines = text.matchAll(/^([0-9a-f]{64}) [ *](.+)$/gm);
  return new Map([...lines].map(([, sum, name]) => [name!.replace(/^\.\//, ""), sum!]));
}

/**
 * Makes sure that a text or a folder of tasks is what ships under its name: a changed one would give other figures under
 * the same name. `folder` is the shipped model's, `name` a file or a folder in it. Throws a BadFileError for a file that was
 * changed, added or removed.
 */
export async function requireShipped(folder: string, name: string): Promise<void> {
  const remedy = `restore it with "git checkout -- ${name}" in ${folder}, or give a file of your own by its path`;
  const sums = await readSums(folder, remedy);
  const listed = [...sums.keys()].filter((each) => each === name || each.startsWith(`${name}/`));
  const there = await readdir(path.join(folder, name)).catch(() => []);
  for (const each of new Set([...listed, ...there.map((file) => `${name}/${file}`)])) {
    const file = path.join(folder, each);
    const bytes = await readFile(file).catch((cause: unknown) => {
      throw new BadFileError(file, "cannot be read", remedy, cause);
    });
    const [found, expected] = [sha256(bytes), sums.get(each)];
    if (expected === undefined) throw new BadFileError(file, "is none of the files that ship here", remedy);
    if (found !== expected)
      throw new BadFileError(file, `was changed: its sha256 is ${found}, not ${expected}`, remedy);
  }
}
