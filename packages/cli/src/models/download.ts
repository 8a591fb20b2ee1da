import { formatModelRef, type Json } from "@quantlab/core";
import { store } from "@quantlab/engines";
import { type Origin, resolveModel } from "@quantlab/model-store";
import { formatBytes, ProgressLine } from "@quantlab/terminal";
import type { Outcome, VerbContext } from "../frame/verb.ts";

export interface PullOptions {
  readonly from?: Origin;
}

/** `lab models pull`: downloads, makes or finds a model's file and verifies it. */
export async function pull(
  { signal }: VerbContext,
  reference: string,
  { from }: PullOptions,
): Promise<Outcome> {
  using progress = new ProgressLine();
  const working = { signal, onProgress: progress.step, store, ...(from && { from }) };
  const file = await resolveModel(reference, working);
  return {
    data: { ...file } as unknown as Json,
    text: `${formatModelRef(file.ref)}  ${formatBytes(file.bytes)}  sha256 ${file.sha256}\n${file.path}\n`,
  };
}
