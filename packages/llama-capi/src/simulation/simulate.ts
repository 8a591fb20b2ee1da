import { type BufferBytes, EngineError, type Forecast, isHostBuffer, UsageError } from "@quantlab/core";
import { Context } from "../context/context.ts";
import type { ContextSettings } from "../context/context-settings.ts";
import { type Gguf, readGguf } from "../gguf/index.ts";
import { loadLlama } from "../library/llama.ts";
import { nativeHeapBytes } from "../library/native-heap.ts";
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

/** The simulation takes memory for each place of the cache; what more of them take goes with their number. */
const mostSimulated = 2 ** 20;

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
  const heapBytes = nativeHeapBytes();
  using model = Model.load(file, {
    simulated: true,
    ...(gpu !== undefined && { gpu }),
    ...(gpuLayers !== undefined && { gpuLayers }),
  });
  const vocabularyBytes = Math.max(0, nativeHeapBytes() - heapBytes);
  const simulated = Math.min(settings.contextSize, mostSimulated);
  using context = new Context(model, { ...settings, contextSize: simulated });
  const buffers = scaled(memoryBreakdown(context), settings.contextSize / simulated);
  const weights = Object.values(buffers).reduce((sum, buffer) => sum + buffer.weights, 0);
  if (weights === 0) throw new EngineError("llama.cpp", `${file}: its simulation tells no weights`);
  return {
    processBytes,
    vocabularyBytes,
    buffers,
    mappedBytes: mmap === false ? 0 : mappedBytesOf(gguf, buffers),
    contextSize: Math.max(context.contextSize, settings.contextSize),
    kvCacheTypes: [settings.keyType, settings.valueType],
    layers: model.layers,
    queriesPerKey: model.heads / Math.max(1, model.keyValueHeads),
    reads: weightsRead(gguf),
  };
}

/** All of the tensors' place in the file; of what went to devices the pages are given back. */
function mappedBytesOf({ tensors }: Gguf, buffers: Readonly<Record<string, BufferBytes>>): number {
  const devices = Object.entries(buffers).some(([kind, { weights }]) => weights > 0 && !isHostBuffer(kind));
  const last = tensors.at(-1)!;
  return devices ? (buffers.CPU?.weights ?? 0) : last.offset + last.bytes;
}

function scaled(buffers: Readonly<Record<string, BufferBytes>>, times: number): Record<string, BufferBytes> {
  const scale = ({ weights, cache, compute }: BufferBytes) => ({
    weights,
    cache: cache * times,
    compute: compute * times,
  });
  return Object.fromEntries(Object.entries(buffers).map(([kind, bytes]) => [kind, scale(bytes)]));
}
