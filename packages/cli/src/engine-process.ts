// The process that holds an engine for one command.
import { type CallContext, serve, sessionCalls } from "@quantlab/processes";
import type { BackendChoice } from "./backends.ts";
import type { EvalJob } from "./eval/messages.ts";
import type { PerplexityJob } from "./perplexity/messages.ts";

serve({
  ...sessionCalls(async (model, options, signal) =>
    (await import("./backends.ts")).backendFor(options as unknown as BackendChoice).load(model, signal),
  ),
  evaluate: async (job: EvalJob, { emit }: CallContext) =>
    (await import("./eval/evaluate.ts")).evaluate(job, (progress) => emit("progress", progress)),
  perplexity: async (job: PerplexityJob, { emit }: CallContext) =>
    (await import("./perplexity/score.ts")).scorePerplexity(job, (note) => emit("chunk", note)),
});
