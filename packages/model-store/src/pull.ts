import type { ModelFile, ResolveOptions } from "@quantlab/core";
import { parseModelReference } from "./source.ts";
import { defaultStore, type Store } from "./store.ts";

/** Brings a model to disk, by download or by making it, and verifies it: "qwen2.5-0.5b-instruct:Q4_K_M". */
export async function pullModel(
  reference: string,
  options: ResolveOptions = {},
  store: Store = defaultStore,
): Promise<ModelFile> {
  return parseModelReference(reference, store).resolve(options);
}
