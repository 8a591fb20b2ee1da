import path from "node:path";
import { modelSlug, type Run, toPublicPath } from "@quantlab/core";
import { readRuns } from "./documents.ts";
import { type ExperimentReport, type ReportOptions, reportExperiment } from "./experiment-report.ts";
import { printSummary } from "./summary.ts";
import { toResult } from "./to-result.ts";

/** Reports an experiment and prints its newest run, kept or not: what somebody sees after measuring. */
export async function reportAndPrint(options: ReportOptions): Promise<ExperimentReport> {
  const { folder, experiment, log } = options;
  const report = await reportExperiment(options);
  const newest = (await readRuns(folder, experiment.id)).runs[0]?.run;
  if (newest) {
    const result = toResult(newest, experiment);
    const { analyses } = experiment;
    const file = path.join(folder, "results", newest.host.id, `${modelSlug(newest.model)}.json`);
    const kept = report.results.get(file)?.startedAt === newest.startedAt;
    const label = kept ? null : whyNotKept(newest, result.verdict.state);
    const files = label ? [] : [`Figures: ${toPublicPath(file)}`, `Read on: ${toPublicPath(report.readme)}`];
    printSummary(result, { label, files, ...(analyses && { analyses }) }, log);
  }
  return report;
}

function whyNotKept(run: Run, verdict: string): string {
  const changes = Object.entries(run.overrides).map(([name, value]) => `${name}=${JSON.stringify(value)}`);
  if (!run.full)
    return `${changes.length > 0 ? `changed protocol: ${changes.join(", ")}` : "quick look"}; results are untouched`;
  return `${verdict === "invalid" ? "invalid run" : "not kept, see above"}; results are untouched`;
}
