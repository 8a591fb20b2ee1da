// A process of its own for the doctor: loads llama.cpp as the engine does and says what came with it. A library that
// brings its process down is then a finding.
import path from "node:path";
import { EngineError } from "@quantlab/core";
import type { GpuProblem } from "@quantlab/llama-capi";
import { serve } from "@quantlab/processes";

export interface EngineFacts {
  readonly packageVersion: string;
  readonly release: string;
  readonly directory: string;
  readonly library: string;
  /** File name of the processor variant that ggml picked; null where the system does not list loaded libraries. */
  readonly processorVariant: string | null;
  readonly devices: readonly DeviceFacts[];
  /** A GPU library that is there and finds no device. */
  readonly gpuProblem: GpuProblem | null;
}

export interface DeviceFacts {
  readonly name: string;
  readonly description: string;
  /** In bytes; null of the CPU, whose memory is the machine's. */
  readonly memory: { readonly free: number; readonly total: number } | null;
}

serve({ inspect });

async function inspect(): Promise<EngineFacts> {
  const { findLibrary, freeMemoryOf, gpuProblem, llamaVersion, loadLlama } = await import(
    "@quantlab/llama-capi"
  );
  const { packageVersion, directory, libraries } = findLibrary();
  const llama = loadLlama();
  const devices = llama.devices.map((device) => ({
    name: device.name,
    description: device.description,
    memory: device.kind === "gpu" ? freeMemoryOf(llama, device) : null,
  }));
  if (devices.length === 0)
    throw new EngineError(
      "llama.cpp",
      `no compute backend was found in ${directory}`,
      "run pnpm install again",
    );
  return {
    packageVersion,
    release: llamaVersion,
    directory,
    library: path.basename(libraries.llama),
    processorVariant: loadedLibraries().find((file) => /ggml-cpu/.test(file)) ?? null,
    devices,
    gpuProblem: gpuProblem(llama),
  };
}

/** File names of the shared libraries in this process. */
function loadedLibraries(): string[] {
  const { sharedObjects } = process.report.getReport() as { sharedObjects?: string[] };
  return (sharedObjects ?? []).map((file) => path.basename(file));
}
