export { readResults, readRuns } from "./documents.ts";
export { type ExperimentReport, type ReportOptions, reportExperiment } from "./experiment-report.ts";
export { table } from "./markdown.ts";
export { formatNumber, formatRatio, formatWithInterval } from "./numbers.ts";
export { reportAndPrint } from "./printed-report.ts";
export {
  type Guidance,
  type PublishedArm,
  type PublishedExperiment,
  publishedFor,
  publishedGuidance,
} from "./published-figures.ts";
export { readmeSection, type SectionInput } from "./readme-section.ts";
export { checkReport } from "./report-check.ts";
export { type RunReport, reportRun } from "./run-report.ts";
export { updateSection } from "./section-file.ts";
export { reportAll, type SuiteReport } from "./suite-report.ts";
export { printSummary, type SummaryOptions } from "./summary.ts";
export { type Reading, toResult } from "./to-result.ts";
