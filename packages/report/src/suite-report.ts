import path from "node:path";
import { labFolder, loadExperiment, QuantlabError, repositoryRoot } from "@quantlab/core";
import { experimentFolders } from "./experiment-files.ts";
import { describeProblem } from "./problem.ts";
import { codeDigest, readStamp, takeStamp, writeStamp } from "./stamp.ts";

export interface SuiteOptions {
  /** "exp3"; none means every experiment. */
  readonly names?: readonly string[];
  /** Where the experiments' folders are; the repository's own unless said. */
  readonly root?: string;
  /** Where the stamps of the last pass are; the lab's own folder unless said. */
  readonly stamps?: string;
  readonly log: (line: string) => void;
}

export interface SuiteReport {
  /** Experiments that were looked at, and how many of them had changed since the last pass. */
  readonly experiments: number;
  readonly changed: number;
  /** One line each, with the remedy: files that could not be read, experiments that could not be reported. */
  readonly problems: readonly string[];
}

/**
 * Reports every experiment whose files or whose code changed since the last pass; what is unchanged is not even
 * imported. One experiment's problem does not keep the others from being reported.
 */
export async function reportAll({ names = [], root, stamps, log }: SuiteOptions): Promise<SuiteReport> {
  const folders = await experimentFolders(names, root ?? path.join(repositoryRoot, "experiments"));
  const code = await codeDigest();
  const problems: string[] = [];
  let changed = 0;
  for (const folder of folders) {
    const stamp = path.join(stamps ?? path.join(labFolder, "report"), `${path.basename(folder)}.json`);
    const previous = await readStamp(stamp);
    const now = await takeStamp(folder, code, previous);
    if (previous?.digest !== now.digest) {
      changed++;
      problems.push(...(await reportFolder(folder, stamp, code, log)));
    } else {
      problems.push(...previous.problems);
    }
  }
  return { experiments: folders.length, changed, problems };
}

async function reportFolder(
  folder: string,
  stamp: string,
  code: string,
  log: (line: string) => void,
): Promise<string[]> {
  try {
    const { reportExperiment } = await import("./experiment-report.ts");
    const report = await reportExperiment({
      folder,
      experiment: await loadExperiment(path.join(folder, "experiment.ts")),
      log,
    });
    const problems = report.problems.map(describeProblem);
    await writeStamp(stamp, { ...(await takeStamp(folder, code, null)), problems });
    return problems;
  } catch (error) {
    if (!(error instanceof QuantlabError)) throw error;
    return [describeProblem(error)];
  }
}
