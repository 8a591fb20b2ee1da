// The process that holds the engines for one `lab perplexity`.
import { serveOwnProcess } from "@quantlab/core";
import { scoringBackend } from "./backends.ts";
import type { ChunkNote, PerplexityJob, PerplexityResult } from "./messages.ts";
import { scorePerplexity } from "./score.ts";

const serving = serveOwnProcess<PerplexityJob, ChunkNote, PerplexityResult>({ work: scorePerplexity });
// Nearly every job wants llama.cpp. If it cannot be loaded, the job that asks for it is told.
await loadLlamacpp().catch(() => {});
await serving;

async function loadLlamacpp(): Promise<void> {
  const backend = scoringBackend("gguf", {});
  Object.assign(process.env, backend.environment);
  await backend.probe();
}
