import type { GpuProblem } from "@quantlab/llama-capi";
import { type Check, warn } from "./check.ts";

const remedies = {
  cuda: {
    unloadable: "install NVIDIA's driver, or give the container the card (docker run --gpus all)",
    empty: 'see that "nvidia-smi -L" lists the card and that CUDA_VISIBLE_DEVICES does not hide it',
  },
  vulkan: {
    unloadable:
      "install the Vulkan loader (Debian and Ubuntu: apt-get install libvulkan1) and the card's Vulkan driver",
    empty:
      "install the card's Vulkan driver (Debian and Ubuntu: mesa-vulkan-drivers; NVIDIA's also wants libgl1 and libegl1, and in a container NVIDIA_DRIVER_CAPABILITIES=all); a device in software counts only with GGML_VK_VISIBLE_DEVICES=0",
  },
} as const;

/** What keeps a GPU library from being of use: everything then runs on the CPU, and says so only in its devices. */
export function describeGpuProblem({ kind, reason }: GpuProblem): Check {
  const title = kind === "cuda" ? "CUDA" : "Vulkan";
  return reason === null
    ? warn("gpu", `the ${title} library finds no device, so the CPU computes`, remedies[kind].empty)
    : warn(
        "gpu",
        `the ${title} library cannot be loaded, so the CPU computes: ${reason}`,
        remedies[kind].unloadable,
      );
}
