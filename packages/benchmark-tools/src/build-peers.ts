import { existsSync } from "node:fs";
import { mkdir, realpath, writeFile } from "node:fs/promises";
import os from "node:os";
import path from "node:path";
import { labFolder, locked, QuantlabError } from "@quantlab/core";
import { llamaSource, llamaVersion } from "@quantlab/llama-capi";
import { cmakeFlags, type PeerKind } from "./build-flags.ts";
import { runTool } from "./run-tool.ts";

export type { PeerKind };

export interface BuildPeersOptions {
  /** Programs of llama.cpp: "llama-bench", "llama-perplexity", "llama-quantize". */
  readonly targets: readonly string[];
  readonly kind: PeerKind;
  /** A line now and then; stderr unless given. */
  readonly onProgress?: (line: string) => void;
  readonly signal?: AbortSignal;
}

export interface Peers {
  /** Path of a program that was asked for. */
  binary(name: string): string;
}

/**
 * llama.cpp's own programs, of the release that node-llama-cpp ships, compiled from the source inside that package.
 * They stay in `.lab/peers/<release>/<kind>`; only what is absent is built (about 6 minutes a kind on two cores), and
 * of two callers one builds. `QUANTLAB_PEERS` names a folder with `<kind>/bin/<program>` where nothing is ever built.
 */
export async function buildPeers(options: BuildPeersOptions): Promise<Peers> {
  const { targets, kind } = options;
  const given = process.env.QUANTLAB_PEERS;
  const root = given || path.join(labFolder, "peers", llamaVersion);
  const program = (name: string) => path.join(root, kind, "bin", name);
  if (given) requirePrograms(targets.map(program));
  else await buildAbsent(root, options);
  return {
    binary(name) {
      if (!targets.includes(name))
        throw new RangeError(`${name} was not among the targets ${targets.join(", ")}`);
      return program(name);
    },
  };
}

function requirePrograms(programs: readonly string[]): void {
  const missing = programs.find((program) => !existsSync(program));
  if (missing === undefined) return;
  throw new QuantlabError("PEER_MISSING", `${missing} does not exist`, {
    remedy: "put it there, or unset QUANTLAB_PEERS so that the lab builds it",
  });
}

async function buildAbsent(root: string, options: BuildPeersOptions): Promise<void> {
  const { targets, kind, signal, onProgress = (line) => process.stderr.write(`${line}\n`) } = options;
  const build = path.join(root, kind);
  // The linker's file exists before it is whole: a stamp of ours says that a target is done.
  const stamp = (target: string) => path.join(build, `${target}.built`);
  const absent = () => targets.filter((target) => !existsSync(stamp(target)));
  if (absent().length === 0) return;
  await locked(root, { ...(signal && { signal }) }, async () => {
    const missing = absent();
    if (missing.length === 0) return;
    await mkdir(build, { recursive: true });
    const unpacked = await llamaSource(signal ? { signal } : {});
    // cmake keeps the paths that it was given: through a link it would build everything again.
    const [source, folder] = await Promise.all([realpath(unpacked), realpath(build)]);
    onProgress(`building ${missing.join(", ")} (${kind}) from source, some minutes`);
    await runTool("cmake", ["-S", source, "-B", folder, ...cmakeFlags(kind)], { signal });
    await runTool(
      "cmake",
      ["--build", folder, "--parallel", String(os.availableParallelism()), "--target", ...missing],
      { signal, onLine: everyTenPercent(onProgress) },
    );
    for (const target of missing) await writeFile(stamp(target), "");
  });
}

/** Make prints "[ 42%] Building", Ninja "[120/300] Building". */
function everyTenPercent(tell: (line: string) => void): (line: string) => void {
  let told = 0;
  return (line) => {
    const [, percent, done, all] = /^\[ *(?:(\d+)%|(\d+)\/(\d+))\]/.exec(line) ?? [];
    const reached = percent === undefined ? (100 * Number(done)) / Number(all) : Number(percent);
    if (!(reached >= told + 10)) return;
    told = Math.floor(reached / 10) * 10;
    tell(`  ${told}%`);
  };
}
