import type { ModelFile, ModelRef, ModelSource, ResolveOptions } from "@quantlab/core";
import { mlxModel } from "@quantlab/mlx-bridge";
import { parseModelReference } from "@quantlab/model-store";

/** The model that a reference names ("sprout:Q4_K_M", "./my-model.gguf"), found, fetched or made, and verified. */
export const resolveModel = (reference: string, options?: ResolveOptions): Promise<ModelFile> =>
  modelSource(reference).resolve(options);

/** What a reference says of its model, without looking for it. */
export const parseReference = (reference: string): ModelRef => modelSource(reference).ref;

function modelSource(reference: string): ModelSource {
  const source = parseModelReference(reference);
  return source.ref.form === "mlx" ? mlxModel(source.ref.id, source.ref.quantization) : source;
}

/** The same quantization of another model: a name of the catalogue, an F16 GGUF or a Hugging Face folder. */
export function withModel(reference: string, model: string): string {
  return `${model}:${parseReference(reference).quantization}`;
}
