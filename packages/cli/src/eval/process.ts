// The process that holds the engine for one model of `lab eval`.
import { serveOwnProcess } from "@quantlab/core";
import { evaluate } from "./evaluate.ts";
import type { EvalJob, EvalProgress, EvalResult } from "./messages.ts";

await serveOwnProcess<EvalJob, EvalProgress, EvalResult>({ work: evaluate });
