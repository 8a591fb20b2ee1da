import {
  type Backend,
  type Json,
  type ModelForm,
  type ModelSource,
  UnknownOptionError,
  UsageError,
} from "@quantlab/core";
import { parseModelReference } from "@quantlab/model-store";
import { mlxReference } from "../mlx-reference.ts";

// An engine's package is loaded only where a model is in its form: starting takes its part of a short text's time.
const byForm: Readonly<Record<ModelForm, () => Promise<Backend>>> = {
  gguf: async () => (await import("@quantlab/llamacpp")).llamacppEngine(),
  hf: async () => (await import("@quantlab/transformers-cpu")).transformersCpu(),
  mlx: async () => (await import("@quantlab/mlx-bridge")).mlx(),
};

/** The engine that reads models of this form and shows their logits. Threads where it lets them be chosen. */
export async function scoringBackend(
  form: ModelForm,
  options: Readonly<Record<string, Json>>,
): Promise<Backend> {
  const backend = await byForm[form]();
  try {
    return backend.withOptions(options);
  } catch (error) {
    if (!(error instanceof UnknownOptionError)) throw error;
    throw new UsageError(`-t: ${error.message}`, `leave it out for a model in ${form} form`);
  }
}

/** The model that a person names; one for MLX is converted when it is not there. */
export async function scoredModel(typed: string): Promise<ModelSource> {
  const named = mlxReference(typed);
  if (!named) return parseModelReference(typed);
  return (await import("@quantlab/mlx-bridge")).mlxModel(named.id, named.quantization);
}
