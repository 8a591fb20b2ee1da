// `pnpm start` at the root: every experiment through turbo's cache, one at a time, then one report pass.
import path from "node:path";
import { execa } from "execa";
import { repositoryRoot } from "../packages/core/src/index.ts";

const turboArguments = [
  "run",
  "start",
  "--filter=./experiments/*",
  "--concurrency=1",
  "--continue",
  "--output-logs=new-only",
  ...process.argv.slice(2),
];
const inherit = { cwd: repositoryRoot, stdio: "inherit", preferLocal: true, reject: false } as const;

const measured = await execa("turbo", turboArguments, inherit);
// A failed arm does not keep the others' results from being reported.
const reported = measured.isTerminated
  ? null
  : await execa(process.execPath, [path.join(repositoryRoot, "packages/report/src/main.ts")], inherit);
process.exitCode = measured.exitCode || (reported?.exitCode ?? 130);
