// The process that holds the engines for one `lab perplexity`, told the forms of its models ahead of the job.
import type { ModelForm } from "@quantlab/core";
import { serveWork } from "../frame/serve-work.ts";
import { scoringBackend } from "./backends.ts";
import type { ChunkNote, PerplexityJob, PerplexityResult } from "./messages.ts";
import { scorePerplexity } from "./score.ts";

const serving = serveWork<PerplexityJob, ChunkNote, PerplexityResult>(scorePerplexity);
// What cannot be loaded is told when the job asks for it.
for (const form of new Set(process.argv.slice(2) as ModelForm[])) await warm(form).catch(() => {});
await serving;

async function warm(form: ModelForm): Promise<void> {
  const backend = await scoringBackend(form, {});
  // This loads llama.cpp; a Python engine's environment may still be in the making.
  if (form === "gguf") await backend.probe();
}
