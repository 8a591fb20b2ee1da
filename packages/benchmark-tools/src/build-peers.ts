import { existsSync } from "node:fs";
import path from "node:path";
import { labFolder, QuantlabError } from "@quantlab/core";
import { compileLlama, llamaVersion } from "@quantlab/llama-capi";
import { type PeerKind, peerFlags } from "./build-flags.ts";

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
  else await compile(path.join(root, kind), options);
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

function compile(folder: string, { targets, kind, signal, onProgress }: BuildPeersOptions): Promise<void> {
  const say = onProgress ?? ((line: string) => process.stderr.write(`${line}\n`));
  return compileLlama({
    folder,
    targets,
    flags: peerFlags[kind],
    otherwise: "set QUANTLAB_PEERS to a folder with built peers",
    onStart: (absent) => say(`building ${absent.join(", ")} (${kind}) from source, some minutes`),
    onPercent: (percent) => say(`  ${percent}%`),
    ...(signal && { signal }),
  });
}
