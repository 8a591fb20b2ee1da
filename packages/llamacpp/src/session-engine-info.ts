import { fileURLToPath } from "node:url";
import { type EngineInfo, packageVersion } from "@quantlab/core";
import { flashAttentionUsed, weightBuffers } from "@quantlab/llama-capi/load-log";
import type { Llama } from "node-llama-cpp";
import { sessionName } from "./session-errors.ts";
import type { LoadedSession } from "./session-load.ts";

/** "3.22.1 (llama.cpp v0.5.0)". */
export function sessionVersion(llama: Llama): string {
  const packageJson = fileURLToPath(new URL("../package.json", import.meta.resolve(sessionName)));
  return `${packageVersion(packageJson)} (llama.cpp ${llama.llamaCppRelease.release})`;
}

/** What runs, from the objects that were made and from what llama.cpp logged while making them. */
export async function describeSession(loaded: LoadedSession): Promise<EngineInfo> {
  const { llama, model, context, log } = loaded;
  const { GgmlType } = await import("node-llama-cpp");
  const onGpu = llama.gpu !== false && model.gpuLayers > 0;
  return {
    pid: process.pid,
    name: sessionName,
    version: sessionVersion(llama),
    devices: onGpu ? await llama.getGpuDeviceNames() : ["CPU"],
    threads: context.currentThreads,
    contextSize: context.contextSize,
    trainedContext: model.trainContextSize,
    kvCacheTypes: [typeName(GgmlType[context.kvCacheKeyType]), typeName(GgmlType[context.kvCacheValueType])],
    flashAttention:
      context.flashAttention === "auto" ? flashAttentionUsed(log.lines) : context.flashAttention,
    buffers: weightBuffers(log.lines),
  };
}

function typeName(name: string | undefined): string {
  return (name ?? "unknown").toLowerCase();
}
