import { existsSync } from "node:fs";
import { rename, rm } from "node:fs/promises";
import path from "node:path";
import { labFolder, QuantlabError, type ResolveOptions } from "@quantlab/core";
import { runProgram } from "@quantlab/processes";
import type { Python } from "./python.ts";

const lockFile = path.join(import.meta.dirname, "../../python/uv.lock");
const inFolder = (folder: string, program: string) =>
  process.platform === "win32"
    ? path.join(folder, "Scripts", `${program}.exe`)
    : path.join(folder, "bin", program);

/** A uv from the path, or one that is put into the lab's own folder with nothing but Python's own means. */
export async function findUv(
  python: Python,
  options: { readonly signal?: AbortSignal; readonly folder?: string },
): Promise<string> {
  if ((await runProgram("uv", ["--version"])).succeeded) return "uv";
  const folder = options.folder ?? path.join(labFolder, "uv");
  const uv = inFolder(folder, "uv");
  if (!existsSync(uv)) await bootstrap(python, folder, options.signal);
  return uv;
}

interface UvRun extends ResolveOptions {
  /** What its progress is about. */
  readonly title: string;
  readonly environment?: Readonly<Record<string, string>>;
  /** What is thrown where uv fails, given its last words. */
  readonly failure: (words: string) => QuantlabError;
}

/** Runs uv, with the index, the proxies and the cache that it is set to. */
export async function runUv(
  uv: string,
  argv: readonly string[],
  { title, environment = {}, failure, signal, onProgress }: UvRun,
): Promise<void> {
  let done = 0;
  const onLine = (line: string) => {
    // uv tells large files as they begin and end, then every package that it has put in place.
    if (!/^\s*(Downloading|Downloaded|Building|Built|Resolved|Prepared|Installed)/.test(line)) return;
    const step = `${title}: ${line.trim().toLowerCase()}`;
    onProgress?.({ step, done: ++done, total: null, unit: "steps" });
  };
  const { succeeded, lastWords } = await runProgram(uv, argv, {
    signal,
    environment: { ...environment, VIRTUAL_ENV: "" },
    onLine,
  });
  if (!succeeded) throw failure(lastWords);
}

async function bootstrap(python: Python, folder: string, signal?: AbortSignal): Promise<void> {
  const temporary = `${folder}.${process.pid}.tmp`;
  try {
    const steps = [
      [python.path, ["-I", "-m", "venv", temporary]],
      [
        inFolder(temporary, "python"),
        [
          "-I",
          "-m",
          "pip",
          "install",
          "--quiet",
          "--disable-pip-version-check",
          "--require-hashes",
          "-r",
          lockFile,
        ],
      ],
    ] as const;
    for (const [program, argv] of steps) {
      const { succeeded, lastWords } = await runProgram(program, argv, { signal });
      if (!succeeded) throw new UvMissingError(lastWords);
    }
    await rm(folder, { recursive: true, force: true });
    await rename(temporary, folder);
  } finally {
    await rm(temporary, { recursive: true, force: true });
  }
}

class UvMissingError extends QuantlabError {
  constructor(words: string) {
    super("UV_MISSING", `uv is not found and cannot be fetched: ${words}`, {
      remedy:
        "connect to the network once, or install uv (pip install uv), or name an interpreter that has the engine's packages in QUANTLAB_PYTHON",
    });
  }
}
