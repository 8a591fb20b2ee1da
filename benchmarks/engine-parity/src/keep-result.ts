import { readdir, readFile } from "node:fs/promises";
import path from "node:path";
import { readJsonFile, SchemaVersionError, writeFileAtomic } from "@quantlab/core";
import { withResults } from "./readme-table.ts";
import type { ParityResult } from "./result.ts";

const packageFolder = path.resolve(import.meta.dirname, "..");

/** Writes this host's file in `results/` and makes the README's tables again from the files of all hosts. */
export async function keepResult(result: ParityResult, folder = packageFolder): Promise<void> {
  const results = path.join(folder, "results");
  const own = `${result.host.id}.json`;
  const others = (await readdir(results)).filter((name) => name.endsWith(".json") && name !== own);
  const kept = await Promise.all(others.map((name) => readResult(path.join(results, name))));
  const readme = path.join(folder, "README.md");
  const text = withResults(await readFile(readme, "utf8"), [result, ...kept]);
  await writeFileAtomic(path.join(results, own), `${JSON.stringify(result, null, 1)}\n`);
  await writeFileAtomic(readme, text);
}

async function readResult(file: string): Promise<ParityResult> {
  const result = (await readJsonFile(file)) as ParityResult;
  if (result.schemaVersion !== 1) throw new SchemaVersionError(file, result.schemaVersion, 1);
  return result;
}
