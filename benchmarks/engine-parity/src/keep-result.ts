import { readdir, readFile } from "node:fs/promises";
import path from "node:path";
import { readJsonFile, SchemaVersionError, writeFileAtomic } from "@quantlab/core";
import { withResults } from "./readme-table.ts";
import type { ParityResult } from "./result.ts";

const packageFolder = path.resolve(import.meta.dirname, "..");

/** Writes this host's file in `results/` and makes the README's tables again from the files of all hosts. */
export async function keepResult(result: ParityResult, folder = packageFolder): Promise<void> {
  const results = path.join(folder, "results");
  await writeFileAtomic(path.join(results, `${result.host.id}.json`), `${JSON.stringify(result, null, 1)}\n`);
  const names = (await readdir(results)).filter((name) => name.endsWith(".json"));
  const kept = await Promise.all(names.map((name) => readResult(path.join(results, name))));
  const readme = path.join(folder, "README.md");
  await writeFileAtomic(readme, withResults(await readFile(readme, "utf8"), kept));
}

async function readResult(file: string): Promise<ParityResult> {
  const result = (await readJsonFile(file)) as ParityResult;
  if (result.schemaVersion !== 1) throw new SchemaVersionError(file, result.schemaVersion, 1);
  return result;
}
