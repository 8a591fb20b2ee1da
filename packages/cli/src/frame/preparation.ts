import type { Backend, ModelFile, ModelSource } from "@quantlab/core";
import { ProgressLine } from "@quantlab/terminal";
import { requireAvailable } from "./availability.ts";

/** Makes what the backend needs here, a Python environment for example, before its process starts. */
export async function prepareBackend(backend: Backend, signal: AbortSignal): Promise<void> {
  if (!backend.prepare) return;
  await requireAvailable(backend);
  await withProgress((onProgress) => backend.prepare!({ signal, onProgress }));
}

/** Finds, fetches or makes a model, and shows how far it is. */
export function resolveModel(source: ModelSource, signal: AbortSignal): Promise<ModelFile> {
  return withProgress((onProgress) => source.resolve({ signal, onProgress }));
}

/** Does work that tells its progress, which is shown. */
export async function withProgress<T>(work: (onProgress: ProgressLine["step"]) => Promise<T>): Promise<T> {
  using progress = new ProgressLine();
  return await work(progress.step);
}
