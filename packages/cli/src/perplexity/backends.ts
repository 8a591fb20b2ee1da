import { type Backend, type Json, type ModelForm, UnknownOptionError, UsageError } from "@quantlab/core";

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
