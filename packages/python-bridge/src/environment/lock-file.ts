import { readFileSync } from "node:fs";
import path from "node:path";
import { digestOf, repositoryRoot, sha256 } from "@quantlab/core";
import type { PythonEngine } from "../python-engine.ts";

/** The universal lock of an engine's environment: exact versions with hashes, no addresses. */
export interface LockFile {
  readonly path: string;
  readonly text: string;
}

export function readLock(engine: PythonEngine): LockFile {
  const file = path.join(engine.folder, "requirements.lock");
  return { path: file, text: readFileSync(file, "utf8") };
}

/** Digest of everything that decides what an environment holds, beside the Python it is made from. */
export function environmentDigest(engine: PythonEngine, lock: LockFile, torchIndex: string | null): string {
  // Two checkouts that share a folder of the lab share its environments: where one lies is no part of them.
  const install = Object.entries(engine.installEnvironment ?? {}).map(([name, value]) => [
    name,
    value.replaceAll(repositoryRoot, ""),
  ]);
  return digestOf({ lock: sha256(lock.text), torchIndex, install: Object.fromEntries(install) });
}

/** The locked version of a distribution; the first where it depends on the Python. Null for one that is not locked. */
export function lockedVersion({ text }: LockFile, distribution: string): string | null {
  const name = distribution.replace(/[.*+?^${}()|[\]\\]/g, "\\$&");
  return new RegExp(`^${name}==([^ ;\\\\]+)`, "m").exec(text)?.[1] ?? null;
}

/** The lock's versions without hashes, for an index whose files differ from those that were locked. */
export function versionConstraints({ text }: LockFile): string {
  const lines = text.split("\n").filter((line) => /^[A-Za-z0-9]/.test(line));
  return `${lines.map((line) => line.replace(/\s*\\$/, "")).join("\n")}\n`;
}
