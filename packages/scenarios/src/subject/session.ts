import type { ModelSubject, ReadySubject, Session } from "@quantlab/core";
import { engineById } from "@quantlab/engines";

/** Loads a ready subject's model into its engine, in this process. */
export function openSession({ subject, model }: ReadySubject, signal: AbortSignal): Promise<Session> {
  const { engine, options = {} } = subject as ModelSubject;
  return engineById(engine).backend(options).load(model!, signal);
}
