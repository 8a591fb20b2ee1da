// The process that holds the engine for one `lab generate`.
import { serveWork } from "../frame/serve-work.ts";
import { generate } from "./generate.ts";
import type { GenerateJob, GenerateResult } from "./messages.ts";

await serveWork<GenerateJob, string, GenerateResult>(generate);
