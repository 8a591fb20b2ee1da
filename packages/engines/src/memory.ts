import {
  type Backend,
  EngineError,
  type Forecast,
  forecastDeviceBytes,
  forecastHostBytes,
  formatModelRef,
  freeMemory,
  InsufficientSpaceError,
  type ModelFile,
} from "@quantlab/core";

/** A file of which so many times more would fit is not simulated: small models are many, and each takes a process. */
const surelyFits = 4;
const surelyBytes = 2 ** 30;
/** Contexts beyond this may take more than the weights do. */
const smallContext = 8192;

/**
 * Throws an InsufficientSpaceError with both figures where the model with its context full would not fit into the memory that
 * is free, before anything is loaded. Engines that cannot tell are left to load it.
 */
export async function requireMemory(backend: Backend, model: ModelFile, signal?: AbortSignal): Promise<void> {
  const free = freeMemory();
  const { contextSize = 0 } = backend.options;
  const small = typeof contextSize === "number" && contextSize <= smallContext;
  if (!backend.forecast || (small && surelyFits * model.bytes + surelyBytes < free)) return;
  const forecast = await backend.forecast(model, signal).catch((error: unknown) => {
    signal?.throwIfAborted();
    // Where the simulation breaks the load tells why, or goes well.
    if (error instanceof EngineError) return null;
    throw error;
  });
  // By its public name: what is told of an arm stands in documents.
  if (forecast) requireRoom(forecast, formatModelRef(model.ref), free);
}

/** `free`: of the machine's memory, in bytes. What lies on devices is theirs to refuse. */
export function requireRoom(forecast: Forecast, what: string, free: number): void {
  const needed = forecast.processBytes + forecastHostBytes(forecast);
  if (needed <= free) return;
  const device = forecastDeviceBytes(forecast);
  throw new InsufficientSpaceError(
    "memory",
    `${what} with a context of ${forecast.contextSize} tokens${device > 0 ? ", beside what lies on devices," : ""}`,
    needed,
    free,
    'choose a smaller quantization or model, a smaller contextSize or smaller kvCacheTypes, or ask "pnpm lab recommend" what fits',
  );
}
