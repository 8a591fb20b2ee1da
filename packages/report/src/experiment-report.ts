import path from "node:path";
import {
  type Experiment,
  type QuantlabError,
  type Result,
  repositoryRoot,
  toPublicPath,
} from "@quantlab/core";
import { arrange } from "./arrangement.ts";
import { writeCharts } from "./charts/chart-files.ts";
import { readResults, readRuns } from "./documents.ts";
import { packageManager } from "./experiment-files.ts";
import { keepResults } from "./kept-results.ts";
import { modelScoresSection } from "./model-scores.ts";
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
  /** Result files that changed, absolute. */
  readonly written: readonly string[];
  /** The README, absolute, and whether its section changed. */
  readonly readme: string;
  readonly changed: boolean;
  /** Run files that could not be read; each was passed over and touched nothing. */
  readonly problems: readonly QuantlabError[];
}

/** The experiment whose results also stand in the shipped model's own README. */
const modelCard = { experiment: "exp0", model: "sprout", readme: "models/sprout/README.md" };

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
  const arranged = arrange(results.values());
  await writeCharts(folder, arranged ? [arranged.first, ...arranged.sameHost] : []);
  const readme = path.join(folder, "README.md");
  const section = readmeSection({
    experiment: experiment.id,
    question: experiment.question,
    results: results.values(),
    packageManager: packageManager(),
  });
  const changed = await updateSection(readme, "results", section);
  if (changed) log(`wrote ${toPublicPath(readme)}`);
  if (experiment.id === modelCard.experiment && arranged) await writeModelCard(arranged.first, log);
  return { written, readme, changed, problems };
}

async function writeModelCard(result: Result, log: (line: string) => void): Promise<void> {
  if (result.model !== modelCard.model) return;
  const file = path.join(repositoryRoot, modelCard.readme);
  if (await updateSection(file, "scores", modelScoresSection(result))) log(`wrote ${modelCard.readme}`);
}
