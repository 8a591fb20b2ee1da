import { type ModelSource, UsageError } from "@quantlab/core";
import { asIs } from "../quantizations.ts";
import { defaultStore, type Store } from "../store.ts";
import { resolveRepository } from "./resolve.ts";

/** A repository of the hub in Hugging Face form, by its own name ("owner/name"), catalogued or not. */
export function hubFolder(repository: string, store: Store = defaultStore): ModelSource {
  if (!/^[\w.-]+\/[\w.-]+$/.test(repository))
    throw new UsageError(`"${repository}" is no repository`, 'write it as "owner/name"');
  const ref = { id: repository, form: "hf", quantization: asIs } as const;
  return {
    ref,
    resolve: (options = {}) => resolveRepository(store, ref, repository, options),
    of: (reference) => hubFolder(reference, store),
  };
}
