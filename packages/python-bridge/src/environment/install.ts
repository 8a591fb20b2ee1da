import { rm, writeFile } from "node:fs/promises";
import path from "node:path";
import { EngineError, type ResolveOptions } from "@quantlab/core";
import type { PythonEngine } from "../python-engine.ts";
import { type LockFile, versionConstraints } from "./lock-file.ts";
import type { Python } from "./python.ts";
import { findUv, runUv } from "./uv.ts";

export interface Install {
  readonly engine: PythonEngine;
  readonly lock: LockFile;
  readonly python: Python;
  /** Where the environment will be; nothing is there. */
  readonly folder: string;
  readonly torchIndex: string | null;
}

/** Makes a virtual environment and fills it from the lock. Throws an EngineError with uv's own words. */
export async function install(request: Install, options: ResolveOptions): Promise<void> {
  const { engine, folder, python, torchIndex } = request;
  const uv = await findUv(python, options);
  const run = (argv: readonly string[]) =>
    runUv(uv, argv, {
      ...options,
      title: engine.name,
      environment: engine.installEnvironment ?? {},
      failure: (words) => notMade(engine, words),
    });
  await run(["venv", "--quiet", "--no-python-downloads", "--no-project", "--python", python.path, folder]);
  const target = ["pip", "install", "--no-progress", "--python", interpreterIn(folder)];
  if (torchIndex === null) {
    await run([...target, "--require-hashes", "-r", request.lock.path]);
    return;
  }
  // Other builds of the same versions have other hashes, so these are left out: whoever names an index trusts it.
  const constraints = `${folder}.constraints`;
  try {
    await writeFile(constraints, versionConstraints(request.lock));
    const index = ["--index", torchIndex, "--index-strategy", "unsafe-best-match"];
    await run([...target, ...index, "-c", constraints, "-r", path.join(engine.folder, "requirements.in")]);
  } finally {
    await rm(constraints, { force: true });
  }
}

export function interpreterIn(folder: string): string {
  return process.platform === "win32"
    ? path.join(folder, "Scripts/python.exe")
    : path.join(folder, "bin/python");
}

function notMade({ name, toolchain }: PythonEngine, words: string): EngineError {
  return new EngineError(
    name,
    `its Python environment could not be made: ${words}`,
    `check network, disk and permissions (UV_CACHE_DIR moves uv's own files)${toolchain ? `, and that there is ${toolchain}` : ""}, then run "pnpm lab setup ${name}"; what was downloaded is kept`,
  );
}
