import { type Backend, EngineError } from "@quantlab/core";

/** Throws an EngineError with the backend's own reason and remedy where this machine cannot run it. */
export async function requireAvailable(backend: Backend): Promise<void> {
  const probe = await backend.probe();
  if (!probe.available) throw new EngineError(backend.id, probe.reason, probe.remedy);
}
