import path from "node:path";
import { EngineError, QuantlabError, toPublicPath } from "@quantlab/core";
import { engineByName } from "@quantlab/engines";
import { nativeReady } from "@quantlab/llama-capi";
import { callOnce, nodeScript } from "@quantlab/processes";
import { formatBytes } from "@quantlab/terminal";
import { type Check, fail, ok, warn } from "./check.ts";
import type { DeviceFacts, EngineFacts } from "./engine-process.ts";
import { checkGpuBinaries } from "./gpu-binaries.ts";
import { describeGpuProblem } from "./gpu-problem.ts";

/** The llama.cpp library, its C API, the devices it sees, node-llama-cpp's own API, and what `lab setup` has brought of binaries. */
export async function checkEngine(): Promise<Check[]> {
  return (await Promise.all([checkLibrary(), checkSession(), checkGpuBinaries(), checkNative()])).flat();
}

async function checkLibrary(): Promise<Check[]> {
  const program = nodeScript(path.join(import.meta.dirname, "engine-process.ts"), {
    name: "llama.cpp",
    limits: { silenceMs: 120_000 },
    failure: ({ what }) =>
      new EngineError(
        "llama.cpp",
        `the process that loads it ${what}`,
        "this library does not suit this machine: run pnpm install again on it",
      ),
  });
  try {
    return describe(await callOnce<EngineFacts>(program, "inspect", null));
  } catch (thrown) {
    const { message } = thrown as Error;
    const remedy = thrown instanceof QuantlabError ? thrown.remedy : null;
    return [fail("C API", message, remedy ?? "run pnpm install again, then pnpm lab doctor --verbose")];
  }
}

function describe(facts: EngineFacts): Check[] {
  const variant = facts.processorVariant ? `, ${facts.processorVariant}` : "";
  return [
    ok("llama.cpp", `${facts.release} from node-llama-cpp ${facts.packageVersion}`),
    ok("C API", `loads: ${path.basename(toPublicPath(facts.directory))}/${facts.library}${variant}`),
    ok("devices", facts.devices.map(describeDevice).join(", ")),
    ...(facts.gpuProblem ? [describeGpuProblem(facts.gpuProblem)] : []),
  ];
}

/** "Vulkan0 (NVIDIA H100, 78.9 of 79.2 GiB free)". */
function describeDevice({ name, description, memory }: DeviceFacts): string {
  const free = memory && `${formatBytes(memory.free)} of ${formatBytes(memory.total)} free`;
  const about = [description === name ? "" : description, free].filter(Boolean).join(", ");
  return about === "" ? name : `${name} (${about})`;
}

async function checkSession(): Promise<Check> {
  const probe = await engineByName("session").backend().probe();
  return probe.available
    ? ok("session API", `node-llama-cpp ${probe.version.replace(/^node-llama-cpp /, "")}`)
    : warn("session API", probe.reason, probe.remedy);
}

/** Whether llama.cpp has been compiled for this processor; no need of anybody's, so never a warning. */
function checkNative(): Check {
  const name = "native library";
  return nativeReady()
    ? ok(name, "compiled for this machine; engines take it where library is native")
    : ok(name, "none compiled", "for prompts that may be read faster run: pnpm lab setup llamacpp-native");
}
