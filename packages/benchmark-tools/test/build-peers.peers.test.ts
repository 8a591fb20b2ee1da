import { execFileSync, spawnSync } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { repositoryRoot } from "@quantlab/core";
import { afterAll, describe, expect, test } from "vitest";
import { buildPeers, type PeerKind, shippedPeers } from "../src/index.ts";

const folder = mkdtempSync(path.join(tmpdir(), "quantlab-peers-"));
afterAll(() => rmSync(folder, { recursive: true }));

describe.each<PeerKind>(["same-flags", "native"])("llama.cpp's programs, %s", (kind) => {
  test("are built from the bundled source and run; a second call builds nothing", async () => {
    const targets = ["llama-bench", "llama-perplexity", "llama-quantize"];
    await buildPeers({ targets, kind });
    const said: string[] = [];
    const peers = await buildPeers({ targets, kind, onProgress: (line) => said.push(line) });
    expect(said).toEqual([]);
    expect(execFileSync(peers.binary("llama-bench"), ["--help"], { encoding: "utf8" })).toContain(
      "--n-depth",
    );
  });

  test("compute with quantized weights, which some CPUs' kernels want in another layout", async () => {
    const peers = await buildPeers({ targets: ["llama-bench", "llama-quantize"], kind });
    const run = (name: string, ...argv: string[]) =>
      execFileSync(peers.binary(name), argv, { encoding: "utf8", stdio: "pipe" });
    const file = path.join(folder, `${kind}.gguf`);
    run("llama-quantize", path.join(repositoryRoot, "models/sprout/sprout-F16.gguf"), file, "Q4_K_M");
    const told = run("llama-bench", "-m", file, "-r", "1", "-p", "64", "-n", "8", "-o", "json");
    expect(JSON.parse(told)).toHaveLength(2);
  });
});

test("programs over the shipped library run, and stay when others join them", async () => {
  const first = await shippedPeers({ targets: ["llama-bench"] });
  const folder = await shippedPeers({ targets: ["llama-quantize"] });
  expect(folder).toBe(first);
  const env = { LD_LIBRARY_PATH: folder, DYLD_LIBRARY_PATH: folder };
  for (const name of ["llama-bench", "llama-quantize"])
    expect(spawnSync(path.join(folder, name), ["--help"], { env, encoding: "utf8" }).stdout).toContain(
      "usage",
    );
});
