import { readdir, readFile } from "node:fs/promises";
import path from "node:path";
import { type Host, modelSlug, readJsonFile, SchemaVersionError, writeFileAtomic } from "@quantlab/core";

/** What `results/<host id>/<model>.json` of every benchmark has. */
export interface HostResult {
  readonly schemaVersion: number;
  readonly host: Host;
}

/**
 * Writes the file of this host and model in `results/` of a benchmark's folder and makes its README again from all
 * of them: `readmeWith` is given the README as it is. A result of another schema version is refused by name.
 */
export async function keepResult<Result extends HostResult>(
  result: Result,
  model: string,
  folder: string,
  readmeWith: (readme: string, results: readonly Result[]) => string,
): Promise<void> {
  const results = path.join(folder, "results");
  const own = path.join(result.host.id, `${modelSlug(model)}.json`);
  const names = await readdir(results, { recursive: true }).catch(() => []);
  const others = names.filter((name) => name.endsWith(".json") && name !== own).sort();
  const kept = await Promise.all(
    others.map((name) => readResult<Result>(path.join(results, name), result.schemaVersion)),
  );
  const readme = path.join(folder, "README.md");
  const text = readmeWith(await readFile(readme, "utf8"), [result, ...kept]);
  await writeFileAtomic(path.join(results, own), `${JSON.stringify(result, null, 1)}\n`);
  await writeFileAtomic(readme, text);
}

async function readResult<Result extends HostResult>(file: string, version: number): Promise<Result> {
  const result = (await readJsonFile(file)) as Result;
  if (result.schemaVersion !== version) throw new SchemaVersionError(file, result.schemaVersion, version);
  return result;
}
