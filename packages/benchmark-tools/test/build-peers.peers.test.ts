import { execFileSync } from "node:child_process";
import { describe, expect, test } from "vitest";
import { buildPeers, type PeerKind } from "../src/index.ts";

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
});
