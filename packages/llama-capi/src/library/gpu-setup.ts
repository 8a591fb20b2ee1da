import { createHash } from "node:crypto";
import { createReadStream } from "node:fs";
import { mkdir, readdir, rename, rm } from "node:fs/promises";
import path from "node:path";
import { pipeline } from "node:stream/promises";
import { locked, QuantlabError, type ResolveOptions } from "@quantlab/core";
import { runProgram } from "@quantlab/processes";
import { type GpuKind, type GpuPackage, gpuFolder, gpuPackagesOf, gpuReady } from "./gpu-packages.ts";
import { pinnedPackageVersion } from "./pinned-release.ts";

/**
 * Brings the binaries for a kind of GPU into the lab's own folder, all of them or none, and returns that folder. What is
 * there already is left alone. npm fetches them, so that the user's registry, proxy and credentials count.
 */
export async function setUpGpu(kind: string, options: ResolveOptions = {}): Promise<string> {
  const packages = gpuPackagesOf(kind);
  const folder = gpuFolder(kind as GpuKind);
  if (gpuReady(kind as GpuKind)) return folder;
  await mkdir(path.dirname(folder), { recursive: true });
  return locked(folder, options, async () => {
    if (gpuReady(kind as GpuKind)) return folder;
    // One that was killed may have left its own.
    const partial = `${folder}.partial`;
    await rm(partial, { recursive: true, force: true });
    try {
      for (const [index, each] of packages.entries()) {
        const step = `fetch @node-llama-cpp/${each.name}`;
        options.onProgress?.({ step, done: index, total: packages.length, unit: "steps" });
        await bring(each, partial, options);
      }
      await rename(partial, folder);
    } finally {
      await rm(partial, { recursive: true, force: true });
    }
    return folder;
  });
}

/** Takes away what `setUpGpu` brought. */
export async function removeGpu(kind: string, options: ResolveOptions = {}): Promise<void> {
  gpuPackagesOf(kind);
  const folder = gpuFolder(kind as GpuKind);
  if (!gpuReady(kind as GpuKind)) return;
  await locked(folder, options, () => rm(folder, { recursive: true, force: true }));
}

async function bring({ name, integrity }: GpuPackage, folder: string, { signal }: ResolveOptions) {
  const place = path.join(folder, name);
  await mkdir(place, { recursive: true });
  const archive = await fetchArchive(`@node-llama-cpp/${name}@${pinnedPackageVersion}`, folder, signal);
  const hash = createHash("sha512");
  await pipeline(createReadStream(archive), hash);
  const found = `sha512-${hash.digest("base64")}`;
  if (found !== integrity) {
    throw new QuantlabError(
      "HASH_DIFFERS",
      `@node-llama-cpp/${name} has the hash ${found}, not ${integrity}`,
      {
        remedy: "ask who runs your package registry why it gives out another archive; nothing was kept",
      },
    );
  }
  const { succeeded, lastWords } = await runProgram(
    "tar",
    ["-xzf", archive, "-C", place, "--strip-components=1"],
    { signal },
  );
  if (!succeeded) {
    throw new QuantlabError("UNPACK_FAILED", `${path.basename(archive)} cannot be unpacked: ${lastWords}`, {
      remedy: "install tar, and see that the disk has room",
    });
  }
  await rm(archive);
}

/** Has npm put the archive of this package into `folder`, and returns its path. */
async function fetchArchive(specifier: string, folder: string, signal?: AbortSignal): Promise<string> {
  const words = ["pack", specifier, "--json", "--pack-destination", folder];
  const { succeeded, missing, stdout, lastWords } = await runProgram("npm", words, { signal });
  if (missing) {
    throw new QuantlabError("TOOL_MISSING", `npm is not installed, and ${specifier} comes through it`, {
      remedy: "install npm, which comes with Node",
    });
  }
  const archive = (await readdir(folder)).find((file) => file.endsWith(".tgz"));
  if (succeeded && archive !== undefined) return path.join(folder, archive);
  throw new QuantlabError(
    "FETCH_FAILED",
    `npm cannot fetch ${specifier}: ${npmReason(stdout) ?? lastWords}`,
    {
      remedy: 'see that your registry can be reached ("npm config get registry"), then run the command again',
    },
  );
}

/** npm's own summary of why it failed, in one line. */
function npmReason(stdout: string): string | null {
  try {
    const { error } = JSON.parse(stdout) as { error?: { summary?: string } };
    return error?.summary?.split("\n", 1)[0] || null;
  } catch {
    return null;
  }
}
