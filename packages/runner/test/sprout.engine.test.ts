import { writeFileSync } from "node:fs";
import path from "node:path";
import { pathToFileURL } from "node:url";
import { beforeAll, describe, expect, it } from "vitest";
import { Bench } from "./runs.ts";

const patience = 600_000;

describe("the shipped model in both engines", { timeout: patience }, () => {
  let result: Awaited<ReturnType<Bench["run"]>>;
  beforeAll(async () => {
    result = await new Bench().run("sprout", ["--quick"]);
  }, patience);

  it("is measured in every block", () => {
    expect(result.exitCode).toBe(0);
    expect(result.run.blocks.map(({ status, reason }) => [status, reason])).toEqual(
      Array(4).fill(["measured", null]),
    );
    for (const block of result.run.blocks) {
      expect(block.generations.map(({ tokenIds }) => tokenIds.length)).toEqual([16, 16]);
      expect(block.memory?.afterLoad).toBeGreaterThan(block.memory?.beforeLoad ?? Number.NaN);
    }
  });

  it("gets the prompt in its own chat template", () => {
    expect(result.run.prompt.text).toContain("Who invented the light bulb?");
    expect(result.run.prompt.text).toContain("<|im_start|>");
  });

  it("answers alike in every process of both", () => {
    expect(new Set(result.run.blocks.map(({ outputText }) => outputText)).size).toBe(1);
  });

  it("is scored in the first block of the engine, and not where the session shows no logits", () => {
    const [first, second] = result.blocks("engine");
    expect(first?.scores?.chunks.length).toBeGreaterThan(0);
    expect(first?.answers?.length).toBeGreaterThan(0);
    for (const block of [second, ...result.blocks("session")]) {
      expect([block?.scores, block?.answers]).toEqual([null, null]);
    }
  });

  it("runs in the session where the C API cannot be loaded, and says why not in the engine", async () => {
    const hook = pathToFileURL(path.join(import.meta.dirname, "fixtures/without-koffi.ts")).href;
    const env = { NODE_OPTIONS: `--import=${hook}` };
    const { blocks, exitCode, stderr } = await new Bench().run("sprout", ["--quick"], { env });
    const reason = "called through koffi, which cannot be loaded: Cannot find the native Koffi module";
    expect(blocks("engine").map(({ status }) => status)).toEqual(["skipped", "skipped"]);
    expect(blocks("engine")[0]?.reason).toContain(reason);
    expect(stderr).toContain(`engine is skipped: llama.cpp: its C API is ${reason}; run pnpm install again`);
    expect(blocks("session").map(({ status }) => status)).toEqual(["measured", "measured"]);
    expect(exitCode).toBe(0);
  });

  it("refuses a model file that is broken in one line, before anything is measured", async () => {
    const bench = new Bench();
    const broken = path.join(bench.root, "broken.gguf");
    writeFileSync(broken, "GGUF, but not really");
    const { exitCode, stderr } = await bench.start("sprout", ["--quick", "--model", broken]);
    expect(exitCode).not.toBe(0);
    expect(stderr).toMatch(/^error: .*broken\.gguf/m);
    expect(stderr).not.toContain("    at ");
    expect(bench.runFiles()).toEqual([]);
  });
});
