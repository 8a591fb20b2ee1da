import type { ModelSource } from "@quantlab/core";
import { defaultStore, type Store } from "../store.ts";
import { parseReference, withModel } from "./reference.ts";
import { resolveModel } from "./resolution.ts";

/**
 * A model in one quantization, as an experiment's arm names it: `model("sprout", "Q4_K_M")`. The id is one of the
 * catalogue or a path. Unknown names throw an UnknownNameError that says which are known.
 */
export function model(id: string, quantization: string, store: Store = defaultStore): ModelSource {
  return modelSource(`${id}:${quantization}`, store);
}

/** The model that a reference names; nothing is read, fetched or made before `resolve`. */
export function modelSource(reference: string, store: Store = defaultStore): ModelSource {
  return {
    ref: parseReference(reference, store),
    resolve: (options = {}) => resolveModel(reference, { ...options, store }),
    of: (other) => modelSource(withModel(reference, other), store),
  };
}
