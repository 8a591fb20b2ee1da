import path from "node:path";
import type { ChatMessage, ReadySubject, SettleContext } from "@quantlab/core";
import { nodeScript, RemoteProcess } from "@quantlab/processes";

/** A conversation in a model's own template, and what its tokenizer makes of it. */
export interface FormattedPrompt {
  readonly text: string;
  readonly ids: readonly number[];
}

/** Asks a subject's own tokenizer, in a process that has its environment and ends with the answer. */
export async function formatPrompt(
  subject: ReadySubject,
  messages: readonly ChatMessage[],
  { signal, silenceMs }: SettleContext,
): Promise<FormattedPrompt> {
  const script = path.join(import.meta.dirname, "prompt-process.ts");
  const { environment } = subject;
  const limits = { silenceMs, cancelMs: 0 };
  await using remote = new RemoteProcess(nodeScript(script, { name: "the tokenizer", environment, limits }));
  return await remote.request<FormattedPrompt>("format", { subject, messages }, { signal });
}
