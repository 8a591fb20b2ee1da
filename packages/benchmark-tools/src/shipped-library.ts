import { copyFile, mkdir, readdir, symlink } from "node:fs/promises";
import path from "node:path";
import { findLibrary } from "@quantlab/llama-capi";
import type { Peers } from "./build-peers.ts";

const searchPath = process.platform === "darwin" ? "DYLD_LIBRARY_PATH" : "LD_LIBRARY_PATH";

/** "libllama.so.0" and "libllama.0.dylib", as programs ask for them. */
const wanted = /^lib(ggml-base|ggml|llama)(\.so\.\d+|\.\d+\.dylib)$/;

/**
 * The same programs over the library that node-llama-cpp ships, instead of the one that was compiled with them: another
 * compiler makes kernels of another speed, and then compilers are compared. They are laid out in the new folder
 * `folder`, which must stay as long as they run.
 */
export async function overShippedLibrary(
  peers: Peers,
  targets: readonly string[],
  folder: string,
): Promise<Peers> {
  const { directory, libraries } = findLibrary(false);
  const shipped = { "ggml-base": libraries.base, ggml: libraries.ggml, llama: libraries.llama };
  const program = (name: string) => path.join(folder, path.basename(peers.binary(name)));
  await mkdir(folder, { recursive: true });
  // Backends are looked for beside the program itself, links followed: hence copies of the programs.
  for (const name of targets) await copyFile(peers.binary(name), program(name));
  for (const file of await readdir(directory))
    await symlink(path.join(directory, file), path.join(folder, file));
  for (const file of await readdir(path.dirname(peers.binary(targets[0]!)))) {
    const [, library] = wanted.exec(file) ?? [];
    if (library) await symlink(shipped[library as keyof typeof shipped], path.join(folder, file));
  }
  return {
    binary: program,
    environment: { [searchPath]: folder },
  };
}
