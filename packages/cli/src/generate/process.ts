// The process that holds the engine for one `lab generate`.
import { serveOwnProcess } from "@quantlab/core";
import { generate } from "./generate.ts";
import type { GenerateJob, GenerateResult } from "./messages.ts";

await serveOwnProcess<GenerateJob, string, GenerateResult>({ work: generate });
