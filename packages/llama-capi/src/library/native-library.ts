import { readFileSync } from "node:fs";
import { rm } from "node:fs/promises";
import os from "node:os";
import path from "node:path";
import { digestOf, labFolder, locked, type ResolveOptions } from "@quantlab/core";
import { compileLlama, isCompiled } from "../build/compile.ts";
import { llamaVersion } from "./pinned-release.ts";

const target = "llama";

/**
 * A library alone, its CPU backend compiled in, with the instructions of this machine's processor. Without OpenMP, as
 * the shipped one: the two then differ by the compiling alone.
 */
const flags = {
  BUILD_SHARED_LIBS: "ON",
  GGML_NATIVE: "ON",
  LLAMA_BUILD_COMMON: "OFF",
  LLAMA_BUILD_TOOLS: "OFF",
  // The libraries find each other wherever their folder is moved to.
  CMAKE_BUILD_RPATH_USE_ORIGIN: "ON",
};

/** A folder for each release and processor: one of fewer instructions would end in the middle of a computation. */
const buildFolder = () => path.join(labFolder, "native", llamaVersion, processorKey());

/** Where the library compiled for this machine lies, once `lab setup llamacpp-native` has made it. */
export const nativeFolder = (): string => path.join(buildFolder(), "bin");

export const nativeReady = (): boolean => isCompiled(buildFolder(), target);

/**
 * Compiles llama.cpp's library for this machine, of the release that node-llama-cpp ships, from the source inside that
 * package: some minutes, nothing is downloaded. Returns its folder. Without cmake or a compiler a TOOL_MISSING error.
 */
export async function setUpNative({ signal, onProgress }: ResolveOptions = {}): Promise<string> {
  const tell = (percent: number) =>
    onProgress?.({
      step: "compile llama.cpp for this machine",
      done: percent / 10,
      total: 10,
      unit: "steps",
    });
  await compileLlama({
    folder: buildFolder(),
    targets: [target],
    flags,
    onStart: () => tell(0),
    onPercent: tell,
    ...(signal && { signal }),
  });
  return nativeFolder();
}

/** Takes away what `setUpNative` made. */
export async function removeNative(options: ResolveOptions = {}): Promise<void> {
  if (!nativeReady()) return;
  const folder = buildFolder();
  await locked(folder, options, () => rm(folder, { recursive: true, force: true }));
}

/** The processor with its instructions: machines of a cloud go by one name and differ in these. */
function processorKey(): string {
  const model = os.cpus()[0]?.model ?? "";
  return digestOf({ arch: os.arch(), model, instructions: instructions() }).slice(0, 12);
}

/** As Linux lists them, "Features" on Arm; elsewhere the name says it. */
function instructions(): string {
  try {
    return /^(?:flags|Features)\s*:(.*)$/m.exec(readFileSync("/proc/cpuinfo", "utf8"))?.[1] ?? "";
  } catch {
    return "";
  }
}
