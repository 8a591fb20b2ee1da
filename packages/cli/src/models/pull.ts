import { formatModelRef, type Json } from "@quantlab/core";
import { resolveModel } from "@quantlab/model-store";
import { formatBytes } from "../frame/amounts.ts";
import { ProgressLine } from "../frame/progress.ts";
import type { Outcome, VerbContext } from "../frame/verb.ts";
import { store } from "../store.ts";

/** `lab models pull`: downloads, makes or finds a model's file and verifies it. */
export async function pull({ signal }: VerbContext, reference: string): Promise<Outcome> {
  using progress = new ProgressLine();
  const file = await resolveModel(reference, { signal, onProgress: progress.show, store });
  return {
    data: { ...file } as unknown as Json,
    text: `${formatModelRef(file.ref)}  ${formatBytes(file.bytes)}  sha256 ${file.sha256}\n${file.path}\n`,
  };
}
