import { readdir, readFile } from "node:fs/promises";
import path from "node:path";
import { modelSlug, readJsonFile, SchemaVersionError, writeFileAtomic } from "@quantlab/core";
import { withResults } from "./readme-table.ts";
import type { OverheadResult } from "./result.ts";

const packageFolder = path.resolve(import.meta.dirname, "..");

/** Writes the file of this host and model in `results/` and makes the README's tables again from all of them. */
export async function keepResult(result: OverheadResult, folder = packageFolder): Promise<void> {
  const results = path.join(folder, "results");
  const own = path.join(result.host.id, `${modelSlug(result.model)}.json`);
  const names = await readdir(results, { recursive: true }).catch(() => []);
  const others = names.filter((name) => name.endsWith(".json") && name !== own).sort();
  const kept = await Promise.all(others.map((name) => readResult(path.join(results, name))));
  const readme = path.join(folder, "README.md");
  const text = withResults(await readFile(readme, "utf8"), [result, ...kept]);
  await writeFileAtomic(path.join(results, own), `${JSON.stringify(result, null, 1)}\n`);
  await writeFileAtomic(readme, text);
}

async function readResult(file: string): Promise<OverheadResult> {
  const result = (await readJsonFile(file)) as OverheadResult;
  if (result.schemaVersion !== 1) throw new SchemaVersionError(file, result.schemaVersion, 1);
  return result;
}
