import { formatModelRef, type Json } from "@quantlab/core";
import { store } from "@quantlab/engines";
import { resolveModel } from "@quantlab/model-store";
import { formatBytes, ProgressLine } from "@quantlab/terminal";
import type { Outcome, VerbContext } from "../frame/verb.ts";

/** `lab models pull`: downloads, makes or finds a model's file and verifies it. */
export async function pull({ signal }: VerbContext, reference: string): Promise<Outcome> {
  using progress = new ProgressLine();
  const file = await resolveModel(reference, { signal, onProgress: progress.step, store });
  return {
    data: { ...file } as unknown as Json,
    text: `${formatModelRef(file.ref)}  ${formatBytes(file.bytes)}  sha256 ${file.sha256}\n${file.path}\n`,
  };
}
