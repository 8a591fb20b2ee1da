import { copyFile, mkdir, readdir, rename, rm, symlink } from "node:fs/promises";
import path from "node:path";
import { labFolder, locked } from "@quantlab/core";
import { findLibrary, llamaVersion } from "@quantlab/llama-capi";
import { type BuildPeersOptions, buildPeers } from "./build-peers.ts";

/** "libllama.so.0" and "libllama.0.dylib", as programs ask for them. */
const wanted = /^lib(ggml-base|ggml|llama)(\.so\.\d+|\.\d+\.dylib)$/;

/**
 * Llama.cpp's programs over the library that node-llama-cpp ships, instead of the one that was compiled with them: another
 * compiler makes kernels of another speed, and then compilers are compared. Returns the folder that holds them; their
 * loader has to look for libraries in it.
 */
export async function shippedPeers(options: Omit<BuildPeersOptions, "kind">): Promise<string> {
  const peers = await buildPeers({ ...options, kind: "same-flags" });
  const { targets, signal } = options;
  const folder = path.join(labFolder, "peers", llamaVersion, "shipped");
  await locked(folder, { ...(signal && { signal }) }, async () => {
    const beside = `${folder}.tmp`;
    await rm(beside, { recursive: true, force: true });
    await mkdir(beside, { recursive: true });
    const present = await readdir(folder).catch(() => []);
    for (const name of present.filter((each) => /^llama-\w+$/.test(each)))
      await copyFile(path.join(folder, name), path.join(beside, name));
    // Backends are looked for beside the program itself, links followed: hence copies of the programs.
    for (const name of targets) await copyFile(peers.binary(name), path.join(beside, name));
    await linkLibraries(path.dirname(peers.binary(targets[0]!)), beside);
    await rm(folder, { recursive: true, force: true });
    await rename(beside, folder);
  });
  return folder;
}

async function linkLibraries(compiled: string, folder: string): Promise<void> {
  const { directory, libraries } = findLibrary(false);
  const shipped = { "ggml-base": libraries.base, ggml: libraries.ggml, llama: libraries.llama };
  for (const file of await readdir(directory))
    await symlink(path.join(directory, file), path.join(folder, file));
  for (const file of await readdir(compiled)) {
    const [, library] = wanted.exec(file) ?? [];
    if (library) await symlink(shipped[library as keyof typeof shipped], path.join(folder, file));
  }
}
