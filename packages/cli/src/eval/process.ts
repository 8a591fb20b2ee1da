// The process that holds the engine for one model of `lab eval`.
import { serveWork } from "../frame/serve-work.ts";
import { evaluate } from "./evaluate.ts";
import type { EvalJob, EvalProgress, EvalResult } from "./messages.ts";

await serveWork<EvalJob, EvalProgress, EvalResult>(evaluate);
