import type { ModelFile, ModelRef, ProvenanceStep, ResolveOptions } from "@quantlab/core";
import { describeGguf, readModelGguf } from "./describe.ts";
import { defaultStore, type Store } from "./store.ts";
import { fileSha256 } from "./verify.ts";

/** A GGUF file that was made for the user, checked and hashed. */
export async function describeFile(
  file: string,
  ref: ModelRef,
  provenance: readonly ProvenanceStep[],
  options: ResolveOptions = {},
  store: Store = defaultStore,
): Promise<ModelFile> {
  const gguf = readModelGguf(file);
  return describeGguf(gguf, ref, await fileSha256(store, file, options), provenance);
}
