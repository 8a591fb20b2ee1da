// `node packages/report/src/main.ts [exp3 …]`: one report pass over the named experiments, or over all.
import { QuantlabError } from "@quantlab/core";
import { counted } from "./numbers.ts";
import { reportAll } from "./report-all.ts";

try {
  const { experiments, changed, problems } = await reportAll({
    names: process.argv.slice(2),
    log: console.log,
  });
  for (const problem of problems) console.error(`error: ${problem}`);
  console.log(`Reported ${counted(experiments, "experiment")}, ${changed} changed.`);
  process.exitCode = problems.length > 0 ? 1 : 0;
} catch (error) {
  if (!(error instanceof QuantlabError)) throw error;
  console.error(`error: ${error.message}${error.remedy ? `\n${error.remedy}` : ""}`);
  process.exitCode = error.exitCode;
}
