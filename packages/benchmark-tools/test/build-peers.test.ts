import { mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import os from "node:os";
import path from "node:path";
import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import { buildPeers, runTool } from "../src/index.ts";

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(path.join(os.tmpdir(), "quantlab-peers-"));
});
afterEach(async () => {
  vi.unstubAllEnvs();
  await rm(folder, { recursive: true });
});

describe("QUANTLAB_PEERS", () => {
  test("names a folder whose programs are taken as they are", async () => {
    vi.stubEnv("QUANTLAB_PEERS", folder);
    const program = path.join(folder, "native/bin/llama-bench");
    await mkdir(path.dirname(program), { recursive: true });
    await writeFile(program, "");
    const peers = await buildPeers({ targets: ["llama-bench"], kind: "native" });
    expect(peers.binary("llama-bench")).toBe(program);
    expect(() => peers.binary("llama-quantize")).toThrow("was not among the targets");
  });

  test("without the program that is wanted is an error with the remedy", async () => {
    vi.stubEnv("QUANTLAB_PEERS", folder);
    await expect(buildPeers({ targets: ["llama-bench"], kind: "same-flags" })).rejects.toMatchObject({
      code: "PEER_MISSING",
      message: expect.stringContaining(path.join("same-flags", "bin", "llama-bench")),
      remedy: expect.stringContaining("unset QUANTLAB_PEERS"),
    });
  });
});

describe("a tool of the build", () => {
  test("that is not installed is named, with what to install", async () => {
    vi.stubEnv("PATH", folder);
    await expect(runTool("cmake", ["--version"])).rejects.toMatchObject({
      code: "TOOL_MISSING",
      message: "cmake is not installed",
      remedy: expect.stringContaining("apt-get install git cmake g++"),
    });
  });

  test("that fails says why in its own last lines", async () => {
    const failing = "console.error('disk full'); process.exit(3)";
    await expect(runTool(process.execPath, ["-e", failing])).rejects.toMatchObject({
      code: "BUILD_FAILED",
      message: expect.stringMatching(/ended with 3:\n.*disk full/s),
    });
  });
});
