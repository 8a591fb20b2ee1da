// The process that holds the engines for one `lab perplexity`.
import { enableCompileCache } from "node:module";
import { serveWork } from "../frame/serve-work.ts";
import type { ChunkNote, PerplexityJob, PerplexityResult } from "./messages.ts";

// Before the engines are imported: their compiled files are then kept from one run to the next.
enableCompileCache();
const { scorePerplexity } = await import("./score.ts");
await serveWork<PerplexityJob, ChunkNote, PerplexityResult>(scorePerplexity);
