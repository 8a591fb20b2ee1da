import { writeFileSync } from "node:fs";
import path from "node:path";
import { pathToFileURL } from "node:url";
import { generation, scoring } from "@quantlab/scenarios";
import { beforeAll, describe, expect, it } from "vitest";
import { Bench, experimentOf } from "./runs.ts";

const patience = 600_000;
const armOf = (id: string) => ({ model: "sprout:F16", engine: { id, options: { threads: 1 } } });
const experiment = experimentOf(
  { engine: armOf("llamacpp-engine"), session: armOf("llamacpp-session") },
  {
    workloads: [
      generation({ prompt: "light-bulb@1", newTokens: 16, generations: 2 }),
      scoring({ perplexity: true, answers: true }),
    ],
    protocol: { blocks: 2, order: "abba", seed: 5 },
  },
);

describe("the shipped model in both engines", { timeout: patience }, () => {
  let result: Awaited<ReturnType<Bench["run"]>>;
  beforeAll(async () => {
    result = await new Bench().run(experiment, ["--quick"]);
  }, patience);

  it("is measured in every block", () => {
    expect(result.exitCode).toBe(0);
    expect(result.run.blocks.map(({ scenario, status, reason }) => [scenario, status, reason])).toEqual([
      ...Array(4).fill(["generate", "measured", null]),
      ...Array(2).fill(["score", "measured", null]),
    ]);
    for (const { sample, memory } of ["engine", "session"].flatMap(result.blocks)) {
      expect(sample?.generations.map(({ tokenIds }) => tokenIds.length)).toEqual([16, 16]);
      expect(memory?.marks.afterLoad).toBeGreaterThan(memory?.marks.beforeLoad ?? Number.NaN);
    }
  });

  it("gets the prompt in its own chat template", () => {
    for (const { workloads } of result.run.arms) {
      const text = expect.stringMatching(/<\|im_start\|>[\s\S]*Who invented the light bulb\?/);
      expect(workloads.generate).toMatchObject({ promptText: text });
    }
  });

  it("answers alike in every process of both", () => {
    const texts = ["engine", "session"].flatMap(result.blocks).map(({ sample }) => sample?.outputText);
    expect(new Set(texts).size).toBe(1);
  });

  it("is scored by the engine, and not where the session shows no logits", () => {
    const [sample] = result.scored("engine").map((block) => block.sample);
    expect(sample?.scores?.chunks.length).toBeGreaterThan(0);
    expect(sample?.answers?.length).toBeGreaterThan(0);
    expect(result.scored("session")[0]?.sample).toMatchObject({ scores: null, answers: null });
  });

  it("runs in the session where the C API cannot be loaded, and says why not in the engine", async () => {
    const hook = pathToFileURL(path.join(import.meta.dirname, "fixtures/without-koffi.ts")).href;
    const env = { NODE_OPTIONS: `--import=${hook}` };
    const { blocks, exitCode, stderr } = await new Bench().run(experiment, ["--quick"], { env });
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
    const { exitCode, stderr } = await bench.start(experiment, ["--quick", "--model", broken]);
    expect(exitCode).not.toBe(0);
    expect(stderr).toMatch(/^error: .*broken\.gguf/m);
    expect(stderr).not.toContain("    at ");
    expect(bench.runFiles()).toEqual([]);
  });
});
