import path from "node:path";
import {
  type Experiment,
  type QuantlabError,
  type Result,
  repositoryRoot,
  toPublicPath,
} from "@quantlab/core";
import { analysed } from "./analyses/list.ts";
import { arrange } from "./arrangement.ts";
import { writeCharts } from "./charts/chart-files.ts";
import { readResults, readRuns } from "./documents.ts";
import { ownModel, packageManager } from "./experiment-files.ts";
import { frontPage } from "./front-page.ts";
import { keepResults } from "./kept-results.ts";
import { readmeSection } from "./readme-section.ts";
import { updateSection } from "./section-file.ts";

export interface ReportOptions {
  /** The experiment's own folder, absolute. */
  readonly folder: string;
  readonly experiment: Experiment;
  /** One line for people: what was written, what was passed over and why. */
  readonly log: (line: string) => void;
}

export interface ExperimentReport {
  /** Every result that is kept, by file, absolute. */
  readonly results: ReadonlyMap<string, Result>;
  /** The files of those that changed. */
  readonly written: readonly string[];
  /** The README, absolute, and whether its section changed. */
  readonly readme: string;
  readonly changed: boolean;
  /** Run files that could not be read; each was passed over and touched nothing. */
  readonly problems: readonly QuantlabError[];
}

/**
 * From runs to results, charts and the README's section. A run that cannot be read becomes a problem; a broken file in
 * `results/` throws before anything is written. The same input gives the same bytes.
 */
export async function reportExperiment({
  folder,
  experiment,
  log,
}: ReportOptions): Promise<ExperimentReport> {
  const existing = await readResults(folder);
  const { runs, problems } = await readRuns(folder, experiment.id);
  const { results, written } = await keepResults(folder, experiment, runs, existing, log);
  for (const file of written) log(`wrote ${toPublicPath(file)}`);
  const { analyses = [] } = experiment;
  const own = { model: ownModel(experiment), leads: experiment.ownModel === true };
  const arranged = arrange(results.values(), own);
  await writeCharts(folder, arranged?.leads ?? [], analyses);
  const readme = path.join(folder, "README.md");
  const section = readmeSection({
    experiment: experiment.id,
    question: experiment.question,
    results: [...results.values()],
    analyses,
    ...(experiment.shown && { shown: experiment.shown }),
    own,
    packageManager: packageManager(),
  });
  const changed = await updateSection(readme, "results", section);
  if (changed) log(`wrote ${toPublicPath(readme)}`);
  const place = path.relative(repositoryRoot, folder).split(path.sep).join("/");
  if (arranged && experiment.onFrontPage && !place.startsWith("..")) {
    const text = frontPage(arranged.leads[0], analyses, place);
    if (await updateSection(path.join(repositoryRoot, "README.md"), "finding", text)) log("wrote README.md");
  }
  for (const card of arranged ? analysed("card", arranged.leads[0], analyses) : []) {
    if (!card) continue;
    const { file, section, text } = card;
    if (await updateSection(path.join(repositoryRoot, file), section, text)) log(`wrote ${file}`);
  }
  return { results, written, readme, changed, problems };
}
