import path from "node:path";
import type { ReadySubject, SettleContext } from "@quantlab/core";
import { nodeScript, RemoteProcess } from "@quantlab/processes";
import type { PromptName } from "./catalogue.ts";
import type { FittedPrompt } from "./fitted-prompt.ts";

/** Asks a subject's own tokenizer for a prompt, in a process that has its environment and ends with the answer. */
export async function promptFor(
  subject: ReadySubject,
  prompt: PromptName,
  { signal, silenceMs }: SettleContext,
): Promise<FittedPrompt> {
  const script = path.join(import.meta.dirname, "prompt-process.ts");
  const { environment } = subject;
  const limits = { silenceMs, cancelMs: 0 };
  await using remote = new RemoteProcess(nodeScript(script, { name: "the tokenizer", environment, limits }));
  return await remote.request<FittedPrompt>("fit", { subject, prompt }, { signal });
}
