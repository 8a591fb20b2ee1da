import { readdir } from "node:fs/promises";
import path from "node:path";
import { BadFileError, QuantlabError, type Result, type Run, readDocument } from "@quantlab/core";

export interface StoredRuns {
  /** Newest first. */
  readonly runs: readonly { readonly file: string; readonly run: Run }[];
  /** What is wrong with the files that could not be read as runs of this experiment. */
  readonly problems: readonly QuantlabError[];
}

/** The runs in `<folder>/.runs`. A file that is no run of this lab version is a problem, not an end. */
export async function readRuns(folder: string, experiment: string): Promise<StoredRuns> {
  const runs: { file: string; run: Run }[] = [];
  const problems: QuantlabError[] = [];
  for (const file of await jsonFiles(path.join(folder, ".runs"))) {
    try {
      const run = await readDocument("run", file);
      if (run.experiment !== experiment) {
        throw new BadFileError(file, `is a run of ${run.experiment}, not of ${experiment}`, "move it away");
      }
      runs.push({ file, run });
    } catch (error) {
      if (!(error instanceof QuantlabError)) throw error;
      problems.push(error);
    }
  }
  runs.sort((a, b) => compareText(b.run.startedAt, a.run.startedAt) || compareText(b.file, a.file));
  return { runs, problems };
}

/** Every result in `<folder>/results`, by file. Throws on the first one that is broken or of another schema version. */
export async function readResults(folder: string): Promise<Map<string, Result>> {
  const results = new Map<string, Result>();
  for (const file of await jsonFiles(path.join(folder, "results")))
    results.set(file, await readDocument("result", file));
  return results;
}

/** Text order that is the same on every machine. */
export function compareText(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}

async function jsonFiles(folder: string): Promise<string[]> {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true }).catch(
    (error: NodeJS.ErrnoException) => {
      if (error.code === "ENOENT") return [];
      throw new BadFileError(folder, "cannot be read", "check its permissions", error);
    },
  );
  return entries
    .filter((entry) => entry.isFile() && entry.name.endsWith(".json"))
    .map((entry) => path.join(entry.parentPath, entry.name))
    .sort(compareText);
}
