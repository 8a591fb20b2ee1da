import type { Forecast, ModelFile } from "@quantlab/core";
import { simulateInOwnProcess } from "@quantlab/llama-capi/simulator";
import { firstContextSize } from "./common-options.ts";
import type { LlamacppEngineOptions } from "./engine-options.ts";
import { engineSettings } from "./engine-settings.ts";
import type { LlamacppSessionOptions } from "./session-options.ts";

type File = Pick<ModelFile, "path">;

/** What an engine session takes with a full context of the size that it begins with. */
export async function forecastEngine(
  { path }: File,
  options: LlamacppEngineOptions,
  signal?: AbortSignal,
): Promise<Forecast> {
  const { gpu, gpuLayers, mmap, sequences = 1 } = options;
  const request = {
    file: path,
    ...engineSettings(options),
    // What a context begins with unless told is no more than this, whatever the model was trained for.
    contextSize: sequences * firstContextSize(options, Number.POSITIVE_INFINITY),
    sequences,
    ...(gpu !== undefined && { gpu }),
    ...(gpuLayers !== undefined && { gpuLayers }),
    ...(mmap !== undefined && { mmap }),
  };
  return simulateInOwnProcess(request, signal);
}

/** node-llama-cpp's way of loading takes what the engine's takes with its sizes of batches. */
export function forecastSession(
  model: File,
  { batchSize = 512, gpu, gpuLayers, ...common }: LlamacppSessionOptions,
  signal?: AbortSignal,
): Promise<Forecast> {
  const options: LlamacppEngineOptions = {
    ...common,
    batchSize,
    microBatchSize: batchSize,
    ...(gpu === false && { gpu }),
    ...(typeof gpuLayers === "number" && { gpuLayers }),
  };
  return forecastEngine(model, options, signal);
}
