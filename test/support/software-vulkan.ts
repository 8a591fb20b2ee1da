// A GPU without a GPU: llama.cpp's Vulkan binaries, and Mesa's device in software that they compute on.
import { execFile } from "node:child_process";
import path from "node:path";
import { promisify } from "node:util";
import { labFolder, repositoryRoot } from "../../packages/core/src/index.ts";

/** What sets a process on the software device, or why there is none on this machine. */
export type SoftwareVulkan =
  | { readonly environment: Readonly<Record<string, string>>; readonly missing: null }
  | { readonly missing: string };

/** Beside the lab's own folder, so that other tests go on without a GPU; kept, so that it is fetched once a machine. */
export const vulkanFolder = path.join(labFolder, "software-vulkan");

/** Brings the binaries as anybody would, and looks for the device. Never throws. */
export async function softwareVulkan(): Promise<SoftwareVulkan> {
  const environment = { QUANTLAB_FOLDER: vulkanFolder, GGML_VK_VISIBLE_DEVICES: "0" };
  try {
    await lab(environment, "setup", "vulkan");
    const found = JSON.parse(await lab(environment, "doctor", "--json")) as {
      data: { checks: { name: string; detail: string }[] };
    };
    const devices = found.data.checks.find(({ name }) => name === "devices")?.detail ?? "none";
    if (devices.includes("llvmpipe")) return { environment, missing: null };
    return { missing: `no Vulkan device in software, only ${devices} (apt-get install mesa-vulkan-drivers)` };
  } catch (error) {
    const { stderr, message } = error as { stderr?: string; message: string };
    return { missing: `no Vulkan binaries: ${(stderr || message).trim().split("\n", 1)[0]}` };
  }
}

async function lab(environment: Readonly<Record<string, string>>, ...values: string[]): Promise<string> {
  const program = path.join(repositoryRoot, "packages/cli/bin/lab.js");
  const { INIT_CWD: _, ...inherited } = process.env;
  const env = { ...inherited, ...environment };
  return (await promisify(execFile)(process.execPath, [program, ...values], { env })).stdout;
}
