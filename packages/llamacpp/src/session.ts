import type { Availability, Json, LocalBackend, ModelFile } from "@quantlab/core";
import { calibrateDevice } from "./device-calibration.ts";
import { forecastSession } from "./forecasts.ts";
import { requireGguf } from "./refusals.ts";
import { describeSession, sessionVersion } from "./session-engine-info.ts";
import { remedyFor, sessionName } from "./session-errors.ts";
import { LlamacppSession } from "./session-instance.ts";
import { sessionLibrary } from "./session-library.ts";
import { loadSession } from "./session-load.ts";
import { checkSessionOptions, type LlamacppSessionOptions } from "./session-options.ts";

export type { LlamacppSessionOptions } from "./session-options.ts";

/**
 * node-llama-cpp's own API, as an application uses it: model, context, `sequence.evaluate`. It shows no logits of
 * the whole vocabulary, so there is no `score`.
 */
export function llamacppSession(options: LlamacppSessionOptions = {}): LocalBackend {
  const checked = checkSessionOptions({ ...options });
  return {
    specVersion: 1,
    id: "llamacpp-session",
    form: "gguf",
    options: checked as Readonly<Record<string, Json>>,
    // Decoding and sampling are jobs of libuv's pool, each run by whichever of its threads is free. llama.cpp makes
    // its second thread afresh for every token beside the one that decodes; with a single pool thread the two keep
    // to their cores, with four they meet on one and wait for each other's time slice.
    environment: { UV_THREADPOOL_SIZE: "1" },
    withOptions: (changes) => llamacppSession(checkSessionOptions({ ...checked, ...changes })),
    probe: () => probe(checked),
    load: (model, signal) => load(model, checked, signal),
    forecast: (model, signal) => forecastSession(model, checked, signal),
    calibrate: () => calibrateDevice(checked),
  };
}

async function probe(options: LlamacppSessionOptions): Promise<Availability> {
  try {
    return { available: true, version: sessionVersion(await sessionLibrary(options)) };
  } catch (cause) {
    const reason = cause instanceof Error ? cause.message : String(cause);
    return { available: false, reason, remedy: remedyFor(cause, "run pnpm install") };
  }
}

async function load(
  model: ModelFile,
  options: LlamacppSessionOptions,
  signal: AbortSignal,
): Promise<LlamacppSession> {
  requireGguf(sessionName, model);
  const loaded = await loadSession(model, options, signal);
  await loaded.devices.loaded(loaded.log.lines);
  return new LlamacppSession(loaded, await describeSession(loaded), options);
}
