import { readdir } from "node:fs/promises";
import path from "node:path";
import { BadFileError, modelSlug, readJsonFile, writeFileAtomic } from "@quantlab/core";
import type { Summary } from "./summary.ts";

/**
 * Writes what a model's runs came to, unless more runs of the same lab are kept: a clone without their raw samples adds to
 * nothing. Tells whether it did.
 */
export async function keepSummary(folder: string, summary: Summary): Promise<boolean> {
  const file = path.join(folder, "results", summary.host.id, `${modelSlug(summary.model)}.json`);
  const kept = (await readSummaries(folder)).find(
    ({ host, model }) => host.id === summary.host.id && model === summary.model,
  );
  if (kept && kept.lab === summary.lab && kept.runs > summary.runs) return false;
  await writeFileAtomic(file, `${JSON.stringify(summary, null, 1)}\n`);
  return true;
}

/** Every kept summary, by host and model. Throws a BadFileError for a file that is none. */
export async function readSummaries(folder: string): Promise<Summary[]> {
  const place = path.join(folder, "results");
  const names = await readdir(place, { recursive: true }).catch(() => []);
  const files = names.filter((name) => name.endsWith(".json")).sort();
  return Promise.all(
    files.map(async (name) => {
      const file = path.join(place, name);
      const value = (await readJsonFile(file)) as Summary | null;
      if (value?.schemaVersion === 1 && value.tallies) return value;
      throw new BadFileError(file, "is no summary of this benchmark", "move it away and measure again");
    }),
  );
}
