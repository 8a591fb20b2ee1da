// The process that holds an engine for one command.
import { engineByName } from "@quantlab/engines";
import { type CallContext, serve, sessionCalls } from "@quantlab/processes";
import type { BackendChoice } from "./backend-option.ts";
import type { PromptsJob } from "./compare/prompts/messages.ts";
import type { EvalJob } from "./eval/messages.ts";
import type { PerplexityJob } from "./perplexity/messages.ts";

serve({
  ...sessionCalls((model, options, signal) => {
    const { backend, backendOptions } = options as unknown as BackendChoice;
    return engineByName(backend).backend(backendOptions).load(model, signal);
  }),
  evaluate: async (job: EvalJob, { emit }: CallContext) =>
    (await import("./eval/evaluate.ts")).evaluate(job, emit),
  perplexity: async (job: PerplexityJob, { emit }: CallContext) =>
    (await import("./perplexity/score.ts")).scorePerplexity(job, (note) => emit("chunk", note)),
  prompts: async (job: PromptsJob, { emit }: CallContext) =>
    (await import("./compare/prompts/score.ts")).scorePrompts(job, (note) => emit("compared", note)),
});
