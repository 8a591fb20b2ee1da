import { existsSync, readdirSync } from "node:fs";
import { createRequire } from "node:module";
import path from "node:path";
import { EngineError, packageVersion } from "@quantlab/core";
import { gpuPackageFolder } from "./gpu-packages.ts";
import { nativeFolder, nativeReady } from "./native-library.ts";
import { pinnedPackageVersion } from "./pinned-release.ts";

/** "auto" prefers CUDA, then Vulkan, where `lab setup` has brought it; Metal is part of the macOS package either way. */
export type GpuChoice = "auto" | false;

/** "shipped" is node-llama-cpp's, "native" what `lab setup llamacpp-native` compiled for this machine. */
export type LibraryBuild = "shipped" | "native";

export interface Library {
  readonly build: LibraryBuild;
  /** Holds the libraries and the backends that ggml loads itself. */
  readonly directory: string;
  readonly libraries: { readonly base: string; readonly ggml: string; readonly llama: string };
  /** More folders with backends: builds for other CUDA drivers. */
  readonly moreBackends: readonly string[];
  /** Version of node-llama-cpp. */
  readonly packageVersion: string;
}

const packages: Readonly<Record<string, readonly string[]>> = {
  "linux-x64": ["linux-x64-cuda", "linux-x64-vulkan", "linux-x64"],
  "linux-arm64": ["linux-arm64"],
  "darwin-arm64": ["mac-arm64-metal"],
  "darwin-x64": ["mac-x64"],
  "win32-x64": ["win-x64-cuda", "win-x64-vulkan", "win-x64"],
  "win32-arm64": ["win-arm64"],
};

/**
 * Finds the prebuilt library in the lab's folder or beside node-llama-cpp, or the one compiled for this machine, which
 * computes on the CPU (on a Mac with Metal, too) whatever `gpu` says. Throws an EngineError that says what to install.
 */
export function findLibrary(gpu: GpuChoice = "auto", build: LibraryBuild = "shipped"): Library {
  const platform = `${process.platform}-${process.arch}`;
  const candidates = packages[platform];
  if (!candidates) {
    throw new EngineError(
      "llama.cpp",
      `node-llama-cpp ships no library for ${platform}`,
      `use one of ${Object.keys(packages).join(", ")}`,
    );
  }
  const entry = resolvedFrom(import.meta.url, "node-llama-cpp");
  if (!entry) throw new EngineError("llama.cpp", "node-llama-cpp is not installed", "run pnpm install");
  const version = packageVersion(path.resolve(path.dirname(entry), "../package.json"));
  if (version !== pinnedPackageVersion) {
    throw new EngineError(
      "llama.cpp",
      `node-llama-cpp ${version} is installed, the layouts here belong to ${pinnedPackageVersion}`,
      `pin node-llama-cpp to ${pinnedPackageVersion} in pnpm-workspace.yaml and run pnpm install`,
    );
  }
  if (build === "native") return nativeLibrary(version);
  const wanted = gpu === false ? candidates.slice(-1) : candidates;
  for (const name of wanted) {
    const directory = binariesOf(entry, name);
    const libraries = directory && librariesIn(directory);
    if (directory && libraries)
      return {
        build,
        directory,
        libraries,
        moreBackends: extraBackends(entry, name, directory),
        packageVersion: version,
      };
  }
  throw new EngineError(
    "llama.cpp",
    `the prebuilt package @node-llama-cpp/${candidates.at(-1)} is not installed`,
    "run pnpm install without --no-optional",
  );
}

function nativeLibrary(packageVersion: string): Library {
  const directory = nativeFolder();
  const libraries = nativeReady() && librariesIn(directory);
  if (libraries) return { build: "native", directory, libraries, moreBackends: [], packageVersion };
  throw new EngineError(
    "llama.cpp",
    "no library has been compiled for this machine",
    'run "pnpm lab setup llamacpp-native" once; it needs cmake and a C++ compiler',
  );
}

/** pnpm hides the platform packages from everyone but node-llama-cpp, so they are resolved from its entry. */
function resolvedFrom(from: string, name: string): string | null {
  try {
    return createRequire(from).resolve(name);
  } catch {
    return null;
  }
}

function binariesOf(entry: string, name: string): string | null {
  const specifier = `@node-llama-cpp/${name}`;
  const main = resolvedFrom(entry, specifier);
  const folder = gpuPackageFolder(specifier) ?? (main && path.resolve(path.dirname(main), ".."));
  const directory = folder && path.join(folder, "bins", name);
  return directory && existsSync(directory) ? directory : null;
}

function extraBackends(entry: string, name: string, directory: string): string[] {
  const more = binariesOf(entry, `${name}-ext`) ?? directory;
  return [path.join(more, "fallback")].filter((folder) => existsSync(folder));
}

/** Names may carry the GPU kind and the release: libllama.cuda.v0.5.0.so, libggml.dylib, llama.dll. */
function librariesIn(directory: string): Library["libraries"] | null {
  const files = readdirSync(directory);
  const find = (name: string) =>
    files.find((file) => new RegExp(`^(lib)?${name}(\\.[\\w.]+)?\\.(so|dylib|dll)$`).test(file));
  const [base, ggml, llama] = [find("ggml-base"), find("ggml"), find("llama")];
  if (!base || !ggml || !llama) return null;
  return {
    base: path.join(directory, base),
    ggml: path.join(directory, ggml),
    llama: path.join(directory, llama),
  };
}
