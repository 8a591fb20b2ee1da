import { gpuKinds, gpuPackagesExist, gpuReady, removeGpu, setUpGpu } from "@quantlab/llama-capi";
import { ProgressLine } from "@quantlab/terminal";
import type { Outcome, VerbContext } from "../frame/verb.ts";

const titles = { cuda: "llama.cpp on CUDA", vulkan: "llama.cpp on Vulkan" } as const;
const sizes = { cuda: "about 700 MB", vulkan: "about 75 MB" } as const;

/** `lab setup cuda` and `lab setup vulkan`: brings the binaries into the lab's own folder, if they are not there. */
export async function setUpGpuCommand(
  { signal }: VerbContext,
  name: keyof typeof titles,
  again: boolean,
): Promise<Outcome> {
  using progress = new ProgressLine();
  const options = { signal, onProgress: progress.step };
  if (again) await removeGpu(name, options);
  const wasReady = gpuReady(name);
  const folder = await setUpGpu(name, options);
  const state = wasReady ? "is there" : "has been set up; pnpm lab doctor shows what it finds";
  return {
    data: { name, folder, wasReady },
    text: `${titles[name]} ${state}\n${folder}\n`,
  };
}

/** What can be brought on this platform, and whether it has been. */
export function describeGpus() {
  if (!gpuPackagesExist()) return [];
  return gpuKinds.map((name) => ({ name, title: titles[name], size: sizes[name], ready: gpuReady(name) }));
}
