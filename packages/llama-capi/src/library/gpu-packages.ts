import { existsSync } from "node:fs";
import path from "node:path";
import { labFolder, QuantlabError, UnknownNameError } from "@quantlab/core";
import { pinnedPackageVersion } from "./pinned-release.ts";

/** What `lab setup` takes. */
export const gpuKinds = ["cuda", "vulkan"] as const;
export type GpuKind = (typeof gpuKinds)[number];

/** A package of node-llama-cpp's with binaries for a GPU. */
export interface GpuPackage {
  /** "linux-x64-vulkan", in the scope @node-llama-cpp. */
  readonly name: string;
  /** Of the archive, as it was published for the pinned release. */
  readonly integrity: string;
}

/** By platform. A new release of node-llama-cpp brings new hashes: `npm view <package>@<version> dist.integrity`. */
const packages: Readonly<Record<string, Readonly<Record<GpuKind, readonly GpuPackage[]>>>> = {
  "linux-x64": {
    cuda: [
      {
        name: "linux-x64-cuda",
        integrity:
          "sha512-8rQCjyNNLZJUFit+YpjwlC4hwkKgOMIkB2wuycKBf8NU2O3ySKbiWZQ8aw9ku2nUTXjSnUIrE6KB88itduTBuA==",
      },
      {
        name: "linux-x64-cuda-ext",
        integrity:
          "sha512-4e5ajkiM2aR2WAdB/N/ACk4weEhHvOAIrzxZPsIX0xDFW5+6hhShuy1/vs88SK9NGdgAco9IyE28eYS0H1efpA==",
      },
    ],
    vulkan: [
      {
        name: "linux-x64-vulkan",
        integrity:
          "sha512-bBxqU+JOcBu1nb5Qj2zcMci+JByT1E8EajHvYodyNfVIPkEhXh+/HMwR1/BT7xP08YK0hks+kM8fglER0P8JEg==",
      },
    ],
  },
};

/** The packages of a kind for this platform, or an error that says for which platforms there are any. */
export function gpuPackagesOf(kind: string): readonly GpuPackage[] {
  if (!isGpuKind(kind)) throw new UnknownNameError("GPU library", kind, gpuKinds);
  const platform = `${process.platform}-${process.arch}`;
  const found = packages[platform]?.[kind];
  if (found) return found;
  const metal = platform === "darwin-arm64" ? "Metal is part of what pnpm install brings; " : "";
  throw new QuantlabError("NO_GPU_PACKAGE", `there are no ${kind} binaries for ${platform}`, {
    remedy: `${metal}there are some for ${Object.keys(packages).join(", ")}`,
  });
}

export const isGpuKind = (name: string): name is GpuKind => (gpuKinds as readonly string[]).includes(name);

/** Whether there are any for this platform at all. */
export const gpuPackagesExist = (): boolean => `${process.platform}-${process.arch}` in packages;

/** Where the packages of a kind lie, all of them or none. Another release has another folder. */
export const gpuFolder = (kind: GpuKind): string => path.join(labFolder, "gpu", pinnedPackageVersion, kind);

/** Whether `lab setup` has brought them. */
export const gpuReady = (kind: GpuKind): boolean => existsSync(gpuFolder(kind));

/** The folder of the package of this name, scope and all, if `lab setup` has brought it. */
export function gpuPackageFolder(specifier: string): string | null {
  const name = /^@node-llama-cpp\/([\w-]+)$/.exec(specifier)?.[1];
  if (name === undefined) return null;
  const places = gpuKinds.map((kind) => path.join(gpuFolder(kind), name));
  return places.find((place) => existsSync(place)) ?? null;
}
