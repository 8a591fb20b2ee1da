import type { ModelFile, ModelRef, ResolveOptions } from "@quantlab/core";
import { ggufForm } from "@quantlab/gguf-converter";
import { mlxForm } from "@quantlab/mlx-bridge";
import { createStore, modelSource, parseReference as parsed } from "@quantlab/model-store";
import { hfForm } from "@quantlab/transformers-cpu";

export { withModel } from "@quantlab/model-store";

/** The repository's own store, with every form that a package makes. */
export const store = createStore({ forms: [ggufForm, hfForm, mlxForm] });

/** The model that a reference names, in any form, for the engine that reads it. */
export const resolveModel = (reference: string, options: ResolveOptions = {}): Promise<ModelFile> =>
  modelSource(reference, store).resolve(options);

/** What a reference says of its model, without looking for it. */
export const parseReference = (reference: string): ModelRef => parsed(reference, store);
