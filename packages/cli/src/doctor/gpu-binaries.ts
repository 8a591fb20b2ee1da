import { existsSync } from "node:fs";
import { readFile } from "node:fs/promises";
import path from "node:path";
import { fileURLToPath } from "node:url";
import { type Check, ok, warn } from "./check.ts";
import { firstLineOf } from "./program-output.ts";

const howToSwitch =
  "delete its line under ignoredOptionalDependencies in pnpm-workspace.yaml and run pnpm install";

/** Which of node-llama-cpp's GPU packages for this platform are installed, and how to get one. */
export async function checkGpuBinaries(): Promise<Check> {
  const { installed, absent } = await gpuPackages();
  if (installed.length > 0) return ok("gpu binaries", installed.join(", "));
  if (absent.length === 0) return ok("gpu binaries", "none exist for this platform");
  const card = await firstLineOf("nvidia-smi", "-L");
  return card
    ? warn("gpu binaries", `none installed, but there is ${card.replace(/ \(UUID.*/, "")}`, howToSwitch)
    : ok("gpu binaries", "none installed", `for ${absent.join(" or ")}: ${howToSwitch}`);
}

async function gpuPackages(): Promise<{ installed: string[]; absent: string[] }> {
  const entry = fileURLToPath(import.meta.resolve("node-llama-cpp"));
  const root = path.join(path.dirname(entry), "..");
  const manifest = JSON.parse(await readFile(path.join(root, "package.json"), "utf8")) as {
    optionalDependencies?: Record<string, string>;
  };
  const system = { darwin: "mac", win32: "win" }[process.platform as string] ?? process.platform;
  const ours = `@node-llama-cpp/${system}-${process.arch}-`;
  const names = Object.keys(manifest.optionalDependencies ?? {}).filter((name) => name.startsWith(ours));
  // pnpm links them beside the package that wants them, whatever the layout of the store.
  const isThere = (name: string) => existsSync(path.join(root, "..", name));
  const short = (name: string) => name.replace("@node-llama-cpp/", "");
  return {
    installed: names.filter(isThere).map(short),
    absent: names.filter((name) => !isThere(name)).map(short),
  };
}
