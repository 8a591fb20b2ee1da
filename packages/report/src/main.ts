// `node packages/report/src/main.ts [exp3 …]`: one report pass over the named experiments, or over all.
import { runProgram } from "@quantlab/terminal";
import { counted } from "./numbers.ts";
import { reportAll } from "./suite-report.ts";

await runProgram(async () => {
  const { experiments, changed, problems } = await reportAll({
    names: process.argv.slice(2),
    log: console.log,
  });
  for (const problem of problems) console.error(`error: ${problem}`);
  console.log(`Reported ${counted(experiments, "experiment")}, ${changed} changed.`);
  process.exitCode = problems.length > 0 ? 1 : 0;
});
