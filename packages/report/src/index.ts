export { type ExperimentReport, type ReportOptions, reportExperiment } from "./experiment-report.ts";
export { modelScoresSection } from "./model-scores.ts";
export { reportAndPrint } from "./printed-report.ts";
export { type PublishedArm, type PublishedExperiment, publishedFor } from "./published-figures.ts";
export { readmeSection, type SectionInput } from "./readme-section.ts";
export { updateSection } from "./section-file.ts";
export { reportAll, type SuiteReport } from "./suite-report.ts";
export { printSummary, type SummaryOptions } from "./summary.ts";
export { toResult } from "./to-result.ts";
