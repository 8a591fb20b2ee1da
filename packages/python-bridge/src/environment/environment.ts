import { existsSync, readdirSync, readFileSync } from "node:fs";
import { rm } from "node:fs/promises";
import path from "node:path";
import { EngineError, labFolder, locked, type ResolveOptions, writeFileAtomic } from "@quantlab/core";
import type { PythonEngine } from "../python-engine.ts";
import { install, interpreterIn } from "./install.ts";
import { environmentDigest, type LockFile, lockedVersion, readLock } from "./lock-file.ts";
import { findPython } from "./python.ts";
import { installedVersions, namedPython, requireUserPython } from "./user-python.ts";

/** Written last: an environment without it was broken off. */
const markerName = "quantlab-environment.json";

export interface PythonEnvironment {
  readonly engine: PythonEngine;
  /** Whether `ensure` has nothing to do. An unfit interpreter of the user's is not ready. */
  ready(): Promise<boolean>;
  /** The interpreter of the environment, which is made (again) if it is not there. Throws QuantlabErrors. */
  ensure(options?: ResolveOptions): Promise<string>;
  /** The interpreter of an environment that is made; throws what to do when it is not. */
  interpreter(): Promise<string>;
  /** Whether it could be made here: throws the QuantlabError that `ensure` would begin with. Cheap. */
  check(): Promise<void>;
  /** Deletes what was made, so that the next `ensure` begins anew. */
  remove(options?: ResolveOptions): Promise<void>;
  /** "5.23.0 (torch 2.15.0)". */
  version(): Promise<string>;
  /** Bytes that it takes on disk once made. */
  readonly sizeBytes: number;
}

/**
 * The locked environment of an engine, in `.lab/environments` (or `root`). QUANTLAB_PYTHON replaces it by an interpreter
 * of the user's; QUANTLAB_TORCH_INDEX takes PyTorch from another index.
 */
export function pythonEnvironment(
  engine: PythonEngine,
  root: string = path.join(labFolder, "environments"),
): PythonEnvironment {
  const lock = readLock(engine);
  const torchIndex = process.env.QUANTLAB_TORCH_INDEX || null;
  const digest = environmentDigest(engine, lock, torchIndex);
  const sizeBytes = process.platform === "darwin" ? engine.sizeBytes.darwin : engine.sizeBytes.linux;
  const made = () => findMade(root, engine, digest);
  const named = namedPython();

  const interpreter = async () => {
    if (named) return requireUserPython(named, engine);
    const folder = made();
    if (folder) return interpreterIn(folder);
    throw new EngineError(
      engine.name,
      "its Python environment is not made",
      `run "pnpm lab setup ${engine.name}"`,
    );
  };

  return {
    engine,
    sizeBytes,
    interpreter,
    ready: async () => {
      if (!named) return made() !== null;
      return requireUserPython(named, engine).then(
        () => true,
        () => false,
      );
    },
    async check() {
      if (named) await requireUserPython(named, engine);
      else if (!made()) await findPython();
    },
    async ensure(options = {}) {
      if (named || made()) return interpreter();
      await make({ engine, root, digest, lock, torchIndex, sizeBytes }, options);
      return interpreter();
    },
    async remove(options = {}) {
      for (const folder of foldersOf(root, engine)) {
        await lockedEnvironment(folder, options, () => rm(folder, { recursive: true, force: true }));
      }
    },
    async version() {
      const versions = named
        ? await installedVersions(await requireUserPython(named, engine), engine.distributions)
        : engine.distributions.map((name) => lockedVersion(lock, name));
      const [own = "unknown", ...others] = versions.map((version) => version ?? "unknown");
      const rest = others.map((version, index) => `${engine.distributions[index + 1]} ${version}`);
      return rest.length > 0 ? `${own} (${rest.join(", ")})` : own;
    },
  };
}

interface Making {
  readonly engine: PythonEngine;
  readonly root: string;
  readonly digest: string;
  readonly lock: LockFile;
  readonly torchIndex: string | null;
  readonly sizeBytes: number;
}

async function make(making: Making, options: ResolveOptions): Promise<void> {
  const { engine, root, digest, sizeBytes } = making;
  const python = await findPython();
  const minor = python.version.split(".").slice(0, 2).join("");
  const folder = path.join(root, `${engine.name}-py${minor}-${digest.slice(0, 12)}`);
  await lockedEnvironment(folder, options, async () => {
    if (findMade(root, engine, digest)) return;
    const step = `making the Python environment of ${engine.title}: ${formatSize(sizeBytes)} on disk, once`;
    options.onProgress?.({ step, done: 0, total: null, unit: "steps" });
    // Whatever lies here was broken off.
    await rm(folder, { recursive: true, force: true });
    await install({ ...making, python, folder }, options);
    const marker = { schemaVersion: 1, engine: engine.name, digest, python: python.version };
    await writeFileAtomic(path.join(folder, markerName), `${JSON.stringify(marker, null, 1)}\n`);
  });
  // An older lock's environment is only in the way.
  for (const other of foldersOf(root, engine)) {
    if (other === folder) continue;
    await lockedEnvironment(other, options, () => rm(other, { recursive: true, force: true }));
  }
}

function lockedEnvironment<T>(folder: string, options: ResolveOptions, action: () => Promise<T>): Promise<T> {
  const waiting = `another process makes ${path.basename(folder)}: waiting`;
  return locked(folder, { ...options, waiting }, action);
}

/** The folder of a whole environment with this digest, whichever Python it was made from; null when there is none. */
function findMade(root: string, engine: PythonEngine, digest: string): string | null {
  const whole = foldersOf(root, engine).find((folder) => {
    const marker = path.join(folder, markerName);
    if (!existsSync(marker) || !existsSync(interpreterIn(folder))) return false;
    return (JSON.parse(readFileSync(marker, "utf8")) as { digest?: string }).digest === digest;
  });
  return whole ?? null;
}

function foldersOf(root: string, engine: PythonEngine): string[] {
  if (!existsSync(root)) return [];
  const pattern = new RegExp(`^${engine.name}-py\\d+-[0-9a-f]{12}$`);
  return readdirSync(root)
    .filter((name) => pattern.test(name))
    .map((name) => path.join(root, name));
}

/** "about 5.3 GB". */
export function formatSize(bytes: number): string {
  return bytes >= 1e9 ? `about ${(bytes / 1e9).toFixed(1)} GB` : `about ${Math.round(bytes / 1e6)} MB`;
}
