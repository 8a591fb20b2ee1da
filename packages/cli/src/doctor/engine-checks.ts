import { execFile } from "node:child_process";
import path from "node:path";
import { promisify } from "node:util";
import { toPublicPath } from "@quantlab/core";
import { engineByName } from "@quantlab/engines";
import { type Check, fail, ok, warn } from "./check.ts";
import type { EngineAnswer, EngineFacts } from "./engine-process.ts";
import { checkGpuBinaries } from "./gpu-binaries.ts";

/** The llama.cpp library, its C API, the devices it sees, node-llama-cpp's own API, and the GPU packages. */
export async function checkEngine(): Promise<Check[]> {
  const [answer, session, gpu] = await Promise.all([askEngine(), checkSession(), checkGpuBinaries()]);
  return [...("facts" in answer ? describe(answer.facts) : [broken(answer)]), session, gpu];
}

function describe(facts: EngineFacts): Check[] {
  const variant = facts.processorVariant ? `, ${facts.processorVariant}` : "";
  const devices = facts.devices.map(({ name, description }) =>
    description && description !== name ? `${name} (${description})` : name,
  );
  return [
    ok("llama.cpp", `${facts.release} from node-llama-cpp ${facts.packageVersion}`),
    ok("C API", `loads: ${path.basename(toPublicPath(facts.directory))}/${facts.library}${variant}`),
    ok("devices", devices.join(", ")),
  ];
}

function broken({ problem, remedy }: Extract<EngineAnswer, { problem: string }>): Check {
  return fail("C API", problem, remedy ?? "run pnpm install again, then pnpm lab doctor --verbose");
}

async function askEngine(): Promise<EngineAnswer> {
  const entry = path.join(import.meta.dirname, "engine-process.ts");
  try {
    const { stdout } = await promisify(execFile)(process.execPath, [entry], { timeout: 120_000 });
    return JSON.parse(stdout) as EngineAnswer;
  } catch (thrown) {
    const { signal, code, killed } = thrown as { signal?: string; code?: unknown; killed?: boolean };
    const how = killed ? "did not answer within 2 minutes" : `ended with ${signal ?? `exit code ${code}`}`;
    return {
      problem: `loading llama.cpp: the process ${how}`,
      remedy: "this library does not suit this machine: run pnpm install again on it",
    };
  }
}

async function checkSession(): Promise<Check> {
  const probe = await engineByName("session").backend().probe();
  return probe.available
    ? ok("session API", `node-llama-cpp ${probe.version.replace(/^node-llama-cpp /, "")}`)
    : warn("session API", probe.reason, probe.remedy);
}
