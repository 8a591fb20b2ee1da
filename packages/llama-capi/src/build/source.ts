import { closeSync, existsSync, openSync, readSync } from "node:fs";
import { mkdir, rename, rm } from "node:fs/promises";
import { createRequire } from "node:module";
import path from "node:path";
import { EngineError, labFolder, locked, QuantlabError, type ResolveOptions } from "@quantlab/core";
import { runProgram } from "@quantlab/processes";
import { llamaVersion } from "../library/pinned-release.ts";

/** Where the source of the pinned release is unpacked, and peers are built. */
export const llamaSourceFolder = path.join(labFolder, "peers", llamaVersion, "source");

/**
 * The full source of the release of llama.cpp that node-llama-cpp ships, unpacked once out of the git bundle inside that
 * package: nothing is downloaded. Returns its folder.
 */
export async function llamaSource(options: ResolveOptions = {}): Promise<string> {
  if (existsSync(llamaSourceFolder)) return llamaSourceFolder;
  return locked(llamaSourceFolder, options, async () => {
    if (existsSync(llamaSourceFolder)) return llamaSourceFolder;
    options.onProgress?.({ step: "unpack the source of llama.cpp", done: 0, total: null, unit: "steps" });
    const partial = `${llamaSourceFolder}.partial`;
    await mkdir(path.dirname(partial), { recursive: true });
    await rm(partial, { recursive: true, force: true });
    const clone = ["clone", "--quiet", bundle(), partial];
    const { succeeded, missing, lastWords } = await runProgram("git", clone, { signal: options.signal });
    if (missing) {
      throw new QuantlabError(
        "TOOL_MISSING",
        "git is not installed, and llama.cpp's source comes as its bundle",
        {
          remedy: "install git (Debian and Ubuntu: apt-get install git; macOS: xcode-select --install)",
        },
      );
    }
    if (!succeeded) throw new EngineError("llama.cpp", `its source cannot be unpacked: ${lastWords}`);
    await rename(partial, llamaSourceFolder);
    return llamaSourceFolder;
  });
}

/** The commit of that source: forty hexadecimal digits. It stands in the head of the bundle. */
export function llamaCommit(): string {
  const head = Buffer.alloc(256);
  const file = openSync(bundle(), "r");
  try {
    readSync(file, head);
  } finally {
    closeSync(file);
  }
  const commit = /^([0-9a-f]{40}) HEAD$/m.exec(head.toString("latin1"))?.[1];
  if (commit !== undefined) return commit;
  throw new EngineError("llama.cpp", "the bundle of its source names no commit", "run pnpm install again");
}

/** Its package exports no path to it. */
function bundle(): string {
  const entry = createRequire(import.meta.url).resolve("node-llama-cpp");
  return path.resolve(path.dirname(entry), "../llama/gitRelease.bundle");
}
