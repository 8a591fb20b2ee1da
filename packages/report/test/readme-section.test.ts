import type { Result } from "@quantlab/core";
import { describe, expect, it } from "vitest";
import { publishedFor, readmeSection, toResult } from "../src/index.ts";
import { type ArmPlan, experiment, host, makeRun, plans, type RunPlan } from "./run-builder.ts";

const resultOf = (plan: RunPlan = {}): Result =>
  JSON.parse(JSON.stringify(toResult(makeRun(plan), experiment)));
const section = (results: readonly Result[], id = "exp3") =>
  readmeSection({
    experiment: id,
    question: experiment.question,
    results,
    analyses: experiment.analyses,
    model: "sprout",
    packageManager: "pnpm@12.21.0",
  });

const sizes = Object.entries(plans).map(([name, plan]): [string, ArmPlan] => {
  return [
    name,
    {
      ...plan,
      tokensPerSecond: plan.tokensPerSecond / 45,
      memoryMiB: plan.memoryMiB * 5,
      fileMiB: plan.fileMiB * 100,
    },
  ];
});
const realSize: RunPlan = {
  arms: Object.fromEntries(sizes),
  synthetic: true,
  change: { model: "synthetic/qwen2.5-0.5b", startedAt: "2026-03-01T10:00:00.000Z" },
};
const mac = {
  ...host,
  id: "apple-m1-8c-16g-darwin-aaaaaa",
  cpu: "Apple M1",
  os: "Darwin 24.0",
  cores: 8,
  accelerator: "Metal",
};

const shipped = resultOf();
const big = resultOf(realSize);

describe("readmeSection", () => {
  it("reads as it should", async () => {
    const section3 = section([
      shipped,
      big,
      { ...shipped, host: mac, startedAt: "2026-02-01T10:00:00.000Z" },
    ]);
    await expect(section3).toMatchFileSnapshot("__snapshots__/readme-section.md");
  });

  it("says what a container allowed of the machine", () => {
    const limits = { cores: 0.8, memoryBytes: 2 ** 30 };
    expect(section([{ ...shipped, host: { ...host, cores: 1, limits } }])).toContain(
      "1 core (a container's quota: 0.8), 24.0 GiB of memory (a container's limit: 1.00 GiB), Linux",
    );
  });

  it("says how many of the cores threads are counted by", () => {
    expect(section([{ ...shipped, host: { ...host, cores: 16, performanceCores: 8 } }])).toContain(
      "16 cores (8 of them physical performance cores), 24.0 GiB",
    );
  });

  it("says all that must be known of an arm, each thing once", () => {
    const run = makeRun();
    const told = ["4 threads share 2 cores and wait for each other", "its tokenizer differs"];
    const blocks = run.blocks.map((block) => (block.arm === "q5" ? { ...block, notes: told } : block));
    const { arms } = toResult({ ...run, blocks }, experiment);
    expect(arms.q5?.reason).toBe(told.join("; "));
    expect(arms.q4?.reason).toBeNull();
  });

  it("does not depend on the order in which the results are read", () => {
    const results = [shipped, big, { ...shipped, host: mac }];
    expect(section([...results].reverse())).toBe(section(results));
  });

  it("shows the experiment's own model first, other models of that host next, other hosts folded away", () => {
    const text = section([
      { ...big, host: mac, startedAt: "2026-03-09T10:00:00.000Z" },
      { ...shipped, host: mac, startedAt: "2026-03-05T10:00:00.000Z" },
      { ...shipped, model: "tinyllama-1.1b" },
      big,
      { ...shipped, startedAt: "2026-03-06T10:00:00.000Z" },
    ]);
    const order = [
      "2026-03-06 10:00 UTC",
      "## tinyllama-1.1b",
      "## At real size: synthetic/qwen2.5-0.5b (random weights: speed and memory only)",
      "## Other machines",
      "<summary>Apple M1, 8 cores, Darwin 24.0 (2026-03-05 10:00 UTC)</summary>",
      "### sprout",
      "### At real size: synthetic/qwen2.5-0.5b",
      "## Published figures",
      "## Repeat it",
    ].map((part) => text.indexOf(part));
    expect(order).not.toContain(-1);
    expect(order).toEqual([...order].sort((a, b) => a - b));
  });

  it("shows the newest host of the own model first", () => {
    const text = section([shipped, { ...shipped, host: mac, startedAt: "2026-04-01T10:00:00.000Z" }]);
    expect(text.indexOf("Measured on Apple M1")).toBeLessThan(text.indexOf("Measured on Test CPU"));
  });

  it("says why a figure is missing, once", () => {
    const text = section([shipped]);
    expect(text).toMatch(
      /\| Perplexity, lower is better \| 4\.9\d+ \(.*\) \| 4\.8\d+ \(.*\) \| —<sup>1<\/sup> \| —<sup>1<\/sup> \|/,
    );
    expect(text.match(/<sup>1<\/sup> this API shows no logits/g)).toHaveLength(1);
  });

  it("flags a median with a block far from the others, and keeps that block", () => {
    const [name, q4] = Object.entries(shipped.arms)[0]!;
    const decodeTps = { ...q4.metrics.decodeTps!, values: [2480, 2481, 2479, 2480, 2482, 900] };
    const flagged = { ...q4, metrics: { ...q4.metrics, decodeTps } } as typeof q4;
    const text = section([{ ...shipped, arms: { ...shipped.arms, [name]: flagged } }]);
    expect(text).toMatch(/\| Decode, tok\/s \| 2,480 \(\S+\)<sup>1<\/sup> \| 2,310 \(\S+\) \|/);
    expect(text).toContain("<sup>1</sup> with a block, or more, far from the others");
  });

  it("names skipped and failed arms and what they lost", () => {
    const { q4, q5 } = plans as { q4: ArmPlan; q5: ArmPlan };
    const text = section([
      resultOf({
        arms: {
          q4,
          gone: { ...q5, lost: { status: "skipped", reason: "no such | engine" } },
          broken: { ...q5, lost: { status: "failed", reason: "killed" } },
          part: { ...q5, lost: { status: "failed", reason: "killed", blocks: 2 } },
        },
      }),
    ]);
    expect(text).toContain("- `gone` was skipped: no such \\| engine");
    expect(text).toContain("- `broken` failed: killed");
    expect(text).toContain("- `part`: 2 of 6 blocks failed: killed");
    expect(text).toMatch(/\| Blocks measured \| 6 \| 4 \|/);
    expect(text).toMatch(/Verdict: \*\*noisy\*\*: block 1 of part failed/);
  });

  it("lets no output out of its quote", () => {
    const { q4, q5 } = plans as { q4: ArmPlan; q5: ArmPlan };
    const output = "</details>\n<!-- lab:results:end -->\n# Title\n| a |\n```\ncode";
    const text = section([resultOf({ arms: { q4: { ...q4, output }, q5 } })]);
    expect(text).toContain(
      "> &lt;/details&gt;\\\n> &lt;!-- lab:results:end --&gt;\\\n> \\# Title\\\n> \\| a \\|\\\n> \\`\\`\\`\\\n> code",
    );
    expect(text.match(/<\/details>/g)).toHaveLength(1);
    expect(text).not.toContain("<!-- lab:results:end -->");
  });

  it("sets published figures beside the run of the same size, never beside another", () => {
    const without = section([shipped]);
    expect(without).toContain("This lab has no run at that size yet.");
    const text = section([shipped, big]);
    expect(text).toMatch(/\| Decode, tok\/s \| 68\.4 \| 55\.0 \(\S+\) \| 51\.4 \(\S+\) \|/);
    expect(text).toContain(
      "Source: minillm-lab: experiments 1 to 3, Qwen2.5-0.5B-Instruct, Mac with Apple silicon",
    );
  });

  it("shows question, published figures and the command before anything was run", () => {
    const text = section([], "exp2");
    expect(text).toContain("No full run is kept here yet.");
    expect(text).toMatch(/\| Decode, tok\/s \| 54\.6 \|/);
    expect(text).toContain("npx -y pnpm@12.21.0 --filter exp2 start\n");
  });

  it("shows nothing published where nothing was", () => {
    expect(publishedFor("exp999")).toBeNull();
    expect(section([shipped], "exp999")).not.toContain("## Published figures");
  });
});
