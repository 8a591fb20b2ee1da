import type { ModelSubject, ReadySubject, Session } from "@quantlab/core";
import { engineById } from "@quantlab/engines";

/** A ready subject's engine with its library loaded, so that what it takes to load a model is the model's alone. */
export async function openEngine({
  subject,
  model,
}: ReadySubject): Promise<{ load(signal: AbortSignal): Promise<Session> }> {
  const { engine, options } = subject as ModelSubject;
  const backend = engineById(engine).backend(options);
  await backend.probe();
  return { load: (signal) => backend.load(model!, signal) };
}
