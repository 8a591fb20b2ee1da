import { type Backend, type Json, type ModelForm, UnknownOptionError, UsageError } from "@quantlab/core";
import { llamacppEngine } from "@quantlab/llamacpp";
import { mlx } from "@quantlab/mlx-bridge";
import { transformersCpu } from "@quantlab/transformers-cpu";

const byForm: Readonly<Record<ModelForm, () => Backend>> = {
  gguf: llamacppEngine,
  hf: transformersCpu,
  mlx,
};

/** The engine that reads models of this form and shows their logits. Threads where it lets them be chosen. */
export function scoringBackend(form: ModelForm, options: Readonly<Record<string, Json>>): Backend {
  try {
    return byForm[form]().withOptions(options);
  } catch (error) {
    if (!(error instanceof UnknownOptionError)) throw error;
    throw new UsageError(`-t: ${error.message}`, `leave it out for a model in ${form} form`);
  }
}
