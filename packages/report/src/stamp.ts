import { createHash } from "node:crypto";
import { readdir, readFile, stat } from "node:fs/promises";
import path from "node:path";
import { repositoryRoot, writeFileAtomic } from "@quantlab/core";

/** What a report pass saw last, so that the next one can tell that nothing changed. */
export interface Stamp {
  /** sha256 over the experiment's files, what is generated from them, and the code that does it. */
  readonly digest: string;
  /** What had to be told to people then, and is still true. */
  readonly problems: readonly string[];
  /** sha256 of each run file, by "name size mtime": runs are never overwritten, so they are read once. */
  readonly runs: Readonly<Record<string, string>>;
}

const codeFolders = [
  "packages/report/src",
  "packages/core/src",
  "packages/core/schemas",
  "packages/engines/src",
  "packages/scenarios/src",
  "shared-metrics/src",
];

/** sha256 over the code that turns runs into pages. */
export async function codeDigest(): Promise<string> {
  const files = await Promise.all(codeFolders.map((folder) => filesBelow(path.join(repositoryRoot, folder))));
  return digestOfFiles([...files.flat(), path.join(repositoryRoot, "package.json")], repositoryRoot);
}

/** The stamp of the folder as it is; hashes of runs that `previous` knows are taken from there. */
export async function takeStamp(
  folder: string,
  code: string,
  previous: Stamp | null,
): Promise<Omit<Stamp, "problems">> {
  const runs: Record<string, string> = {};
  for (const file of await filesBelow(path.join(folder, ".runs"))) {
    const { size, mtimeMs } = await stat(file);
    const key = `${path.basename(file)} ${size} ${mtimeMs}`;
    runs[key] = previous?.runs[key] ?? digestOf([await readFile(file)]);
  }
  const sources = (await readdir(folder, { withFileTypes: true })).filter((entry) => entry.isFile());
  const below = await Promise.all(
    ["src", "results", "charts"].map((name) => filesBelow(path.join(folder, name))),
  );
  const files = [...sources.map((entry) => path.join(folder, entry.name)), ...below.flat()];
  const contents = await digestOfFiles(files, folder);
  const digest = digestOf([code, contents, ...Object.values(runs).sort()]);
  return { digest, runs };
}

/** The stamp of the last pass, or null. */
export async function readStamp(file: string): Promise<Stamp | null> {
  try {
    return JSON.parse(await readFile(file, "utf8")) as Stamp;
  } catch {
    return null;
  }
}

export async function writeStamp(file: string, stamp: Stamp): Promise<void> {
  await writeFileAtomic(file, JSON.stringify(stamp));
}

async function digestOfFiles(files: readonly string[], root: string): Promise<string> {
  const sorted = [...files].sort();
  const contents = await Promise.all(sorted.map((file) => readFile(file)));
  return digestOf(sorted.flatMap((file, index) => [path.relative(root, file), digestOf([contents[index]!])]));
}

function digestOf(parts: readonly (string | Uint8Array)[]): string {
  const hash = createHash("sha256");
  for (const part of parts) hash.update(part).update("\n");
  return hash.digest("hex");
}

async function filesBelow(folder: string): Promise<string[]> {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true }).catch(() => []);
  return entries
    .filter((entry) => entry.isFile())
    .map((entry) => path.join(entry.parentPath, entry.name))
    .sort();
}
