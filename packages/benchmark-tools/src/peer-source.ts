import { existsSync } from "node:fs";
import { readFile, rename, rm } from "node:fs/promises";
import path from "node:path";
import { fileURLToPath } from "node:url";
import { runTool } from "./run-tool.ts";

const packageFolder = fileURLToPath(new URL("..", import.meta.resolve("node-llama-cpp")));

/** The release of llama.cpp that node-llama-cpp ships, as its makers name it: "v0.5.0". */
export async function bundledRelease(): Promise<string> {
  const file = path.join(packageFolder, "llama/binariesGithubRelease.json");
  return (JSON.parse(await readFile(file, "utf8")) as { release: string }).release;
}

/** Unpacks that release's full source, once, out of the git bundle inside the package: nothing is downloaded. */
export async function unpackSource(folder: string): Promise<void> {
  if (existsSync(path.join(folder, "CMakeLists.txt"))) return;
  const partial = `${folder}.partial`;
  await rm(partial, { recursive: true, force: true });
  await runTool("git", ["clone", "--quiet", path.join(packageFolder, "llama/gitRelease.bundle"), partial]);
  await rm(folder, { recursive: true, force: true });
  await rename(partial, folder);
}
