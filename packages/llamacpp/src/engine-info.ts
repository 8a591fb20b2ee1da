import type { EngineInfo } from "@quantlab/core";
import { type Context, type Library, llamaVersion, type Model } from "@quantlab/llama-capi";
import type { EngineSettings } from "./engine-settings.ts";

/** The library's name as it stands in messages and results. */
export const engineName = "llama.cpp";

/** "v0.5.0 (node-llama-cpp 3.22.1)", with ", compiled for this machine" where it is. */
export function engineVersion({ build, packageVersion }: Library): string {
  const compiled = build === "native" ? ", compiled for this machine" : "";
  return `${llamaVersion} (node-llama-cpp ${packageVersion}${compiled})`;
}

/** What really ran: from the model and the context as the library made them. */
export function engineInfo(model: Model, context: Context, settings: EngineSettings): EngineInfo {
  return {
    pid: process.pid,
    name: engineName,
    version: engineVersion(model.llama.library),
    devices: devicesUsed(model),
    threads: settings.threads,
    contextSize: context.sequenceSize,
    trainedContext: model.trainedContext,
    vocabularySize: model.vocabularySize,
    kvCacheTypes: [settings.keyType, settings.valueType],
    kvCacheBytes: context.cacheBytes,
    ...(context.cacheRotated && { kvCacheRotated: context.cacheRotated }),
    flashAttention: context.flashAttention,
    buffers: model.buffers,
  };
}

/** The devices that hold weights, and the CPU, which always has a part. */
function devicesUsed({ llama, buffers }: Model): string[] {
  const holds = (name: string) =>
    Object.keys(buffers).some((kind) => kind === name || kind.startsWith(`${name}_`));
  return llama.devices
    .filter(({ name, kind }) => kind === "cpu" || holds(name))
    .map(({ name, description }) => `${name} (${description})`);
}
