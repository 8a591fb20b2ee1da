import { type Backend, type Json, type ModelForm, UsageError } from "@quantlab/core";
import { engineFor } from "@quantlab/engines";

/** The engine that reads models of this form and shows their logits. Threads where it lets them be chosen. */
export function scoringBackend(form: ModelForm, options: Readonly<Record<string, Json>>): Backend {
  const engine = engineFor(form);
  if ("threads" in options && !("threads" in engine.options)) {
    throw new UsageError(
      `-t: ${engine.id} has no option "threads"`,
      `leave it out for a model in ${form} form`,
    );
  }
  return engine.backend(options);
}
