// `pnpm start` in an experiment's folder: measure, then report. Under turbo only the measuring counts, since its
// cache holds runs; the suite makes one report pass at its end.
import path from "node:path";
import type { Experiment } from "../packages/core/src/index.ts";
import { runExperiment } from "../packages/runner/src/index.ts";
import { installReport } from "./install-report.ts";

const folder = process.cwd();
const modulePath = path.join(folder, "experiment.ts");

await installReport();
const { printError, runProgram } = await import("../packages/terminal/src/index.ts");
await runProgram(async () => {
  await runExperiment({ modulePath, folder, argv: process.argv.slice(2) });
  if (process.env.TURBO_HASH) return;
  const { reportAndPrint } = await import("../packages/report/src/index.ts");
  const experiment: Experiment = (await import(modulePath)).default;
  const { problems } = await reportAndPrint({ folder, experiment, log: console.log });
  problems.forEach(printError);
  if (problems.length > 0) process.exitCode = 1;
});
