import type { ModelFile, ModelRef, ModelSource } from "@quantlab/core";
import { defaultStore, type Store } from "../store.ts";
import { parseReference, withModel } from "./reference.ts";
import { type ResolveModelOptions, resolveModel } from "./resolution.ts";

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
    async resolve(options: ResolveModelOptions = {}) {
      const ref = parseReference(reference, store);
      return ref.form === "endpoint"
        ? heldElsewhere(ref)
        : await resolveModel(reference, { ...options, store });
    },
    of: (other) => modelSource(withModel(reference, other), store),
  };
}

/** What a server holds shows neither its weights nor their size: an engine asks for it by its address. */
function heldElsewhere(ref: ModelRef): ModelFile {
  const unknown = { sha256: "", bytes: 0, parameters: 0, bitsPerWeight: 0 };
  return { ref, path: ref.id, ...unknown, synthetic: false, provenance: [] };
}
