// `pnpm start` in an experiment's folder: measure, then report. Under turbo only the measuring counts, since its
// cache holds runs; the suite makes one report pass at its end.
import path from "node:path";
import { installReport } from "./install-report.ts";

const folder = process.cwd();

await installReport();
const { loadExperiment } = await import("../packages/core/src/index.ts");
const { startExperiment } = await import("../packages/runner/src/index.ts");
const { checkReport, reportAndPrint } = await import("../packages/report/src/index.ts");
const { printError, runProgram } = await import("../packages/terminal/src/index.ts");
await runProgram(async (signal) => {
  const experiment = await loadExperiment(path.join(folder, "experiment.ts"));
  await checkReport(folder);
  const { complete } = await startExperiment(experiment, { folder, argv: process.argv.slice(2), signal });
  if (!complete) process.exitCode = 1;
  if (process.env.TURBO_HASH) return;
  const { problems } = await reportAndPrint({ folder, experiment, log: console.log });
  problems.forEach(printError);
  if (problems.length > 0) process.exitCode = 1;
});
