import { formatModelRef, type ModelFile, restoredFrom } from "@quantlab/core";

/** What must be known of a model's figures of quality where its weights were restored from a quantized file. */
export function restoredNote(model: ModelFile | null): string | null {
  const from = model && restoredFrom(model);
  return from
    ? `${formatModelRef(model.ref)} is restored from ${from}: what that quantization lost is in no figure held against it`
    : null;
}
