import { existsSync } from "node:fs";
import { mkdir, realpath, writeFile } from "node:fs/promises";
import os from "node:os";
import path from "node:path";
import { locked } from "@quantlab/core";
import { cmakeFlags } from "./flags.ts";
import { runTool, type ToolOptions } from "./run-tool.ts";
import { llamaSource } from "./source.ts";

export interface Compilation extends Pick<ToolOptions, "signal" | "otherwise"> {
  /** Where cmake builds. It stays, so that what is whole is not built again. */
  readonly folder: string;
  /** Targets of llama.cpp's: "llama-bench", or "llama" for the library. */
  readonly targets: readonly string[];
  /** cmake's variables beside those that every build has. */
  readonly flags: Readonly<Record<string, string>>;
  /** Hears which targets are built, before it takes some minutes. */
  readonly onStart?: (targets: readonly string[]) => void;
  /** Hears of each tenth that is done: 40. */
  readonly onPercent?: (percent: number) => void;
}

/**
 * Compiles targets of the release that node-llama-cpp ships from the source inside that package, those alone that are
 * absent; of two callers one builds. What cmake makes lies in `bin` of the folder. A missing tool is a TOOL_MISSING error.
 */
export async function compileLlama(compilation: Compilation): Promise<void> {
  const { folder, targets, flags, onStart, onPercent = () => {}, signal, otherwise } = compilation;
  const absent = () => targets.filter((target) => !isCompiled(folder, target));
  if (absent().length === 0) return;
  const tool = { ...(signal && { signal }), ...(otherwise !== undefined && { otherwise }) };
  await mkdir(folder, { recursive: true });
  await locked(folder, { ...(signal && { signal }) }, async () => {
    const missing = absent();
    if (missing.length === 0) return;
    const unpacked = await llamaSource(signal ? { signal } : {});
    // cmake keeps the paths that it was given: through a link it would build everything again.
    const [source, build] = await Promise.all([realpath(unpacked), realpath(folder)]);
    onStart?.(missing);
    await runTool("cmake", ["-S", source, "-B", build, ...cmakeFlags(flags)], tool);
    await runTool(
      "cmake",
      ["--build", build, "--parallel", String(os.availableParallelism()), "--target", ...missing],
      { ...tool, onLine: everyTenPercent(onPercent) },
    );
    for (const target of missing) await writeFile(stampOf(folder, target), "");
  });
}

export const isCompiled = (folder: string, target: string): boolean => existsSync(stampOf(folder, target));

/** The linker's file exists before it is whole: a stamp of ours says that a target is done. */
const stampOf = (folder: string, target: string) => path.join(folder, `${target}.built`);

/** Make prints "[ 42%] Building", Ninja "[120/300] Building". */
function everyTenPercent(tell: (percent: number) => void): (line: string) => void {
  let told = 0;
  return (line) => {
    const [, percent, done, all] = /^\[ *(?:(\d+)%|(\d+)\/(\d+))\]/.exec(line) ?? [];
    const reached = percent === undefined ? (100 * Number(done)) / Number(all) : Number(percent);
    if (!(reached >= told + 10)) return;
    told = Math.floor(reached / 10) * 10;
    tell(told);
  };
}
