export { modelScoresSection } from "./model-scores.ts";
export { printSummary, type SummaryOptions } from "./print-summary.ts";
export { type PublishedArm, type PublishedExperiment, publishedFor } from "./published.ts";
export { readmeSection, type SectionInput } from "./readme-section.ts";
export { reportAll, type SuiteReport } from "./report-all.ts";
export { reportAndPrint } from "./report-and-print.ts";
export { type ExperimentReport, type ReportOptions, reportExperiment } from "./report-experiment.ts";
export { updateSection } from "./section-file.ts";
export { toResult } from "./to-result.ts";
