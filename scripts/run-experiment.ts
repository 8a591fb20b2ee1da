// `pnpm start` in an experiment: measure, then report. Under turbo only the measuring is cached; the suite reports once.
import path from "node:path";
import { reportAndPrint } from "../packages/report/src/index.ts";
import { runExperiment } from "../packages/runner/src/index.ts";
