import { readFileSync } from "node:fs";
import { readdir } from "node:fs/promises";
import path from "node:path";
import { type Arm, type Experiment, repositoryRoot, UnknownNameError } from "@quantlab/core";

/** The root package.json's `packageManager`: the pnpm by which an experiment is repeated. */
export function packageManager(): string {
  const manifest = JSON.parse(readFileSync(path.join(repositoryRoot, "package.json"), "utf8"));
  return (manifest as { packageManager: string }).packageManager;
}

/** The model that an experiment's arms name, as its runs have it: "sprout", "sprout+smollm2-135m-instruct". */
export function ownModel({ arms }: Experiment): string {
  const references = Object.values<Arm>(arms).flatMap(({ model }) => model ?? []);
  return [...new Set(references.map((reference) => reference.replace(/:[^:]*$/, "")))].join("+");
}

/** The folders of the experiments called `names` ("exp3"), or of all, by number. Throws on a name that is none. */
export async function experimentFolders(names: readonly string[], root: string): Promise<string[]> {
  const folders = (await readdir(root)).filter((folder) => numberOf(folder) !== null);
  folders.sort((a, b) => numberOf(a)! - numberOf(b)!);
  const known = folders.map((folder) => `exp${numberOf(folder)}`);
  for (const name of names) if (!known.includes(name)) throw new UnknownNameError("experiment", name, known);
  const wanted = names.length > 0 ? folders.filter((_, index) => names.includes(known[index]!)) : folders;
  return wanted.map((folder) => path.join(root, folder));
}

function numberOf(folder: string): number | null {
  const number = /^exp(\d+)(?:-|$)/.exec(folder)?.[1];
  return number === undefined ? null : Number(number);
}
