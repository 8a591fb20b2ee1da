import { execFileSync } from "node:child_process";
import { readdirSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { validate } from "../packages/core/src/index.ts";
import { reportRun } from "../packages/report/src/index.ts";
import { Bench, blocksOf, until } from "../packages/runner/test/runs.ts";
import { isAlive } from "../packages/testing/src/index.ts";
import { decodeTps, perplexity, ttftMs } from "../shared-metrics/src/index.ts";

// Two models, prompts, depths and threads; no experiment on disk.
const plan = `{
  "id": "two-models", "question": "What does each cost?", "baseline": "shipped",
  "arms": [
    {
      "name": "shipped",
      "subject": { "model": "sprout:F16", "engine": "llamacpp-engine", "options": { "threads": 1 } },
      "workloads": {
        "generate": { "prompt": "light-bulb@1", "newTokens": 12, "warmups": 0, "generations": 1 },
        "score": { "perplexity": true, "chunks": 2 }
      }
    },
    {
      "name": "own",
      "subject": { "model": "./other.gguf", "engine": "llamacpp-session", "options": { "threads": 2 } },
      "workloads": {
        "generate": { "prompt": { "tokens": 20 }, "depth": 48, "newTokens": 6, "generations": 2 }
      }
    }
  ],
  "protocol": { "blocks": 2, "order": "abba", "seed": 5 },
  "armBudgetMs": 600000, "silenceMs": 600000, "waits": false, "full": false, "overrides": {}
}`;

describe("a plan of JSON alone", { timeout: 600_000 }, () => {
  it("of two models, each with its own prompt, depth and threads, is measured and reported", async () => {
    const { stdout, stderr } = await new Bench().program("run-plan", [plan]);
    if (stdout === "") throw new Error(stderr);
    const run = validate("run", JSON.parse(stdout), "stdout");
    expect(run.blocks.map(({ arm, scenario, status, reason }) => [arm, scenario, status, reason])).toEqual([
      ...["shipped", "own", "own", "shipped"].map((arm) => [arm, "generate", "measured", null]),
      ["shipped", "score", "measured", null],
    ]);
    expect(run.model).toMatch(/^sprout\+\.\/other\.gguf@[0-9a-f]{8}$/);
    expect(run.arms.map(({ workloads }) => workloads.generate)).toEqual([
      expect.objectContaining({ promptText: expect.stringContaining("Who invented the light bulb?") }),
      expect.objectContaining({ promptTokens: 48, depth: 48 }),
    ]);
    for (const [arm, threads, tokens, generations] of [
      ["shipped", 1, 12, 1],
      ["own", 2, 6, 2],
    ] as const) {
      for (const { engine, sample, memory } of blocksOf(run, arm, "generate")) {
        expect(engine?.threads).toBe(threads);
        const counts = sample?.generations.map(({ tokenIds }) => tokenIds.length);
        expect(counts).toEqual(Array(generations).fill(tokens));
        expect(memory?.marks.afterLoad).toBeGreaterThan(memory?.marks.beforeLoad ?? Number.NaN);
      }
    }
    expect(blocksOf(run, "shipped", "score")[0]?.sample?.scores?.chunks).toHaveLength(2);

    const { result, finding, tables } = reportRun(run, {
      question: "What does each cost?",
      report: [decodeTps, ttftMs, perplexity],
    });
    const { shipped, own } = result.arms;
    for (const arm of [shipped, own]) expect(arm?.metrics.decodeTps?.value).toBeGreaterThan(0);
    expect(shipped?.metrics.perplexity?.value).toBeGreaterThan(1);
    expect(own?.metrics.perplexity?.value).toBeNull();
    expect(result.effects.own?.decodeTps?.ratio).toBeGreaterThan(0);
    expect(finding).toContain("decode");
    expect(tables).toMatch(/shipped[\s\S]*own/);
  });

  it("that is killed half-way leaves no process, no file and no lock in the way of the next", async () => {
    const bench = new Bench();
    const before = readdirSync(bench.root);
    const runner = bench.program("run-plan", [plan]);
    let said = "";
    runner.stderr.on("data", (text: Buffer) => (said += text));
    await until(() => /block-ended[\s\S]*block-started/.test(said) && startedBy(runner.pid!).length > 0);
    const started = startedBy(runner.pid!);
    runner.kill("SIGKILL");
    expect((await runner).stdout).toBe("");
    await until(() => !started.some(isAlive));
    // Locks, which the next takes over, and what Node keeps of compiled code.
    const kept = [`quantlab-${process.getuid?.() ?? "user"}`, "node-compile-cache"];
    expect(readdirSync(bench.root).filter((name) => !kept.includes(name))).toEqual(before);
    const next = await bench.program("run-plan", [plan]);
    expect(next.exitCode).toBe(0);
    expect(next.stderr).not.toContain("waiting:");
  });
});

/** Processes that `parent` has started and that have not ended. */
function startedBy(parent: number): number[] {
  const lines = execFileSync("ps", ["-A", "-o", "pid=,ppid="], { encoding: "utf8" }).trim().split("\n");
  const pairs = lines.map((line) => line.trim().split(/\s+/).map(Number));
  return pairs.filter(([, above]) => above === parent).map(([pid]) => pid!);
}
