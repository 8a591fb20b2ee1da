import { EngineError, type Forecast, UsageError } from "@quantlab/core";
import { Context } from "../context/context.ts";
import type { ContextSettings } from "../context/context-settings.ts";
import { readGguf } from "../gguf/index.ts";
import { loadLlama } from "../library/llama.ts";
import { Model, type ModelOptions } from "../model/model.ts";
import { memoryBreakdown } from "./memory-breakdown.ts";
import { weightsRead } from "./weights-read.ts";

export interface SimulationRequest
  extends Omit<ContextSettings, "watcher">,
    Pick<ModelOptions, "gpu" | "gpuLayers" | "mmap"> {
  /** A GGUF file; behind its header it may be a hole. */
  readonly file: string;
}

/** More cannot be asked of llama.cpp: its sizes are 32-bit numbers. */
const mostTokens = 2 ** 31 - 1;

/**
 * Lays a model and its context out as loading would, without memory for weights, cache and graphs: llama.cpp's own
 * simulation, which takes milliseconds. Blocking; run it in a process of its own, for the file may be anything.
 */
export function simulate({ file, gpu, gpuLayers, mmap, ...settings }: SimulationRequest): Forecast {
  if (settings.contextSize > mostTokens)
    throw new UsageError(
      `a context of ${settings.contextSize} tokens cannot be: llama.cpp counts to ${mostTokens}`,
      "set a smaller contextSize",
    );
  const gguf = readGguf(file);
  loadLlama(gpu);
  const processBytes = process.memoryUsage.rss();
  using model = Model.load(file, {
    simulated: true,
    ...(gpu !== undefined && { gpu }),
    ...(gpuLayers !== undefined && { gpuLayers }),
  });
  using context = new Context(model, settings);
  const buffers = memoryBreakdown(context);
  const weights = Object.values(buffers).reduce((sum, buffer) => sum + buffer.weights, 0);
  if (weights === 0) throw new EngineError("llama.cpp", `${file}: its simulation tells no weights`);
  const last = gguf.tensors.at(-1)!;
  return {
    processBytes,
    vocabularyBytes: Math.max(0, process.memoryUsage.rss() - processBytes),
    buffers,
    mappedBytes: mmap === false ? 0 : last.offset + last.bytes,
    contextSize: context.contextSize,
    kvCacheTypes: [settings.keyType, settings.valueType],
    layers: model.layers,
    queriesPerKey: model.heads / Math.max(1, model.keyValueHeads),
    reads: weightsRead(gguf),
  };
}
