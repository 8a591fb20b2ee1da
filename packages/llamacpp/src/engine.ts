import {
  type Availability,
  type Json,
  type LocalBackend,
  type ModelFile,
  QuantlabError,
  type TextSession,
} from "@quantlab/core";
import { calibrateDevice } from "./device-calibration.ts";
import { checkEngineOptions, type LlamacppEngineOptions } from "./engine-options.ts";
import { forecastEngine } from "./forecasts.ts";

export type { LlamacppEngineOptions } from "./engine-options.ts";

/**
 * llama.cpp itself: a loop over its C API, with a thread pool and a time for every token, as llama-bench runs it.
 * A call into the library blocks the process it runs in, signals included: run it in a process of its own and end
 * that process to stop it.
 */
export function llamacppEngine(options: LlamacppEngineOptions = {}): LocalBackend {
  const checked = checkEngineOptions({ ...options });
  return {
    specVersion: 1,
    id: "llamacpp-engine",
    form: "gguf",
    options: checked as Readonly<Record<string, Json>>,
    // An abort inside ggml would start a debugger otherwise.
    environment: { GGML_NO_BACKTRACE: "1" },
    withOptions: (changes) => llamacppEngine(checkEngineOptions({ ...checked, ...changes })),
    probe: () => probe(checked),
    load: (model, signal) => load(model, checked, signal),
    forecast: (model, signal) => forecastEngine(model, checked, signal),
    calibrate: () => calibrateDevice(checked),
  };
}

async function probe({ gpu = "auto", library = "shipped" }: LlamacppEngineOptions): Promise<Availability> {
  try {
    const { findLibrary, loadedBuild, loadLlama } = await import("@quantlab/llama-capi");
    const { engineVersion } = await import("./engine-info.ts");
    const found = findLibrary(gpu, library);
    // Who asks for engines of both builds holds one of them: whether the other loads, its own process finds out.
    if ((loadedBuild() ?? library) === library) loadLlama(gpu, library);
    return { available: true, version: engineVersion(found) };
  } catch (cause) {
    const reason = cause instanceof Error ? cause.message : String(cause);
    const remedy = cause instanceof QuantlabError ? cause.remedy : null;
    return { available: false, reason, remedy: remedy ?? "run pnpm install" };
  }
}

async function load(
  file: ModelFile,
  options: LlamacppEngineOptions,
  signal: AbortSignal,
): Promise<TextSession> {
  const { EngineSession } = await import("./engine-session.ts");
  signal.throwIfAborted();
  return new EngineSession(file, options);
}
