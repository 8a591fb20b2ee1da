// The process that holds the engines for one `lab perplexity`.
import { serveWork } from "../frame/serve-work.ts";
import type { ChunkNote, PerplexityJob, PerplexityResult } from "./messages.ts";
import { scorePerplexity } from "./score.ts";

await serveWork<PerplexityJob, ChunkNote, PerplexityResult>(scorePerplexity);
