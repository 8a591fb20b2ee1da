import type { Result } from "@quantlab/core";
import { describe, expect, it } from "vitest";
import { publishedFor, readmeSection, toResult } from "../src/index.ts";
import { type ArmPlan, experiment, host, makeRun, plans, type RunPlan } from "./run-builder.ts";

const resultOf = (plan: RunPlan = {}): Result =>
  JSON.parse(JSON.stringify(toResult(makeRun(plan), experiment)));
const section = (results: readonly Result[], id = "exp3", leads = false) =>
  readmeSection({
    experiment: id,
    question: experiment.question,
    results,
    analyses: experiment.analyses,
    own: { model: "sprout", leads },
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

  const published: Result = {
    ...shipped,
    model: "smollm2-135m-instruct",
    parameters: 134_515_008,
    restoredFrom: "Q4_1",
    startedAt: "2026-03-02T10:00:00.000Z",
  };
  const inOrder = (text: string, parts: readonly string[]) => {
    let from = 0;
    for (const part of parts) {
      const place = text.indexOf(part, from);
      expect(place, part).toBeGreaterThanOrEqual(from);
      from = place + part.length;
    }
  };

  it("shows published models first, then random weights, published figures and the experiment's own model", () => {
    const elsewhere = { ...shipped, host: mac, startedAt: "2026-03-05T10:00:00.000Z" };
    inOrder(section([elsewhere, big, published, shipped]), [
      "**Model.** `smollm2-135m-instruct`, 135M parameters, its full weights restored from Q4_1",
      "2026-03-02 10:00 UTC",
      "## At real size: synthetic/qwen2.5-0.5b (random weights: speed and memory only)",
      "## Published figures",
      "## sprout",
      "## Other machines",
      "<summary>Apple M1, 8 cores, Darwin 24.0 (2026-03-05 10:00 UTC)</summary>",
      "### sprout",
    ]);
  });

  it("shows its own model first where its question is about that", () => {
    inOrder(section([big, published, shipped], "exp3", true), [
      "**Model.** `sprout`",
      "## smollm2-135m-instruct",
      "## At real size",
    ]);
  });

  it("shows all models on the machine of the newest run of the first", () => {
    const newest = { ...published, host: mac, startedAt: "2026-04-01T10:00:00.000Z" };
    inOrder(section([published, newest, shipped, { ...shipped, host: mac }, big]), [
      "**Verdict: valid**. Apple M1, 8 cores",
      "## At real size",
      "**Verdict: valid**. Test CPU",
      "## sprout",
      "**Verdict: valid**. Apple M1, 8 cores",
      "## Other machines",
      "<summary>Test CPU",
      "### smollm2-135m-instruct",
      "### sprout",
    ]);
  });

  it("says before the first fold what a reader decides from, in at most 500 words", () => {
    const [top] = section([published, big]).split("<details>") as [string];
    inOrder(top, [
      "**Question.**",
      "**Finding.**",
      "**Model.**",
      "**Verdict:",
      "<picture>",
      "| Decode",
      "**Repeat it.**",
    ]);
    expect(top.match(/<picture>/g)).toHaveLength(1);
    expect(top.match(/^\| \*?\*?q[45]/gm)).toHaveLength(4);
    expect(top.split(/\s+/).length).toBeLessThan(500);
    expect(top).toContain("| 2,310<br>0.93× (0.92–0.94) |");
  });

  it("calls two figures the same within a margin only where the whole interval lies there", () => {
    const decode = (ci95: readonly [number, number], older?: { readonly noiseFloor: number }) => ({
      ...shipped,
      effects: { q5: { decodeTps: { ratio: 1, ci95, ...older, claim: "none" as const } } },
    });
    const same = section([decode([0.985, 1.018])]);
    expect(same).toContain("<br>1.00× (0.98–1.02)<br>same within 2% |");
    expect(same).toContain("**Finding.** Against Q4_K_M, Q5_K_M is the same within 2% in decode speed");
    for (const open of [
      section([decode([0.985, 1.022])]),
      section([decode([0.985, 1.018], { noiseFloor: 0.05 })]),
    ]) {
      expect(open).toContain("<br>1.00× (0.98–1.02)<br>no difference shown |");
      expect(open).not.toContain("is the same");
    }
    // A result of an older lab is shown with what its claims were held against.
    const older = section([decode([0.985, 1.018], { noiseFloor: 0.01 })]);
    expect(older).toContain("Noise floor");
    expect(older).toContain("it is larger than the noise floor");
    expect(same).not.toMatch(/noise floor/i);
  });

  it("names what has no figures, and how many arms its first table leaves out", () => {
    const arms = Object.fromEntries(
      Array.from({ length: 11 }, (_, index): [string, ArmPlan] => [
        `a${index}`,
        { ...(plans.q4 as ArmPlan), ...(index === 10 && { lost: { status: "failed", reason: "killed" } }) },
      ]),
    );
    const result = resultOf({ arms, baseline: "a0" });
    const input = {
      experiment: "exp900",
      question: "?",
      results: [result],
      own: { model: "sprout", leads: false },
      packageManager: "pnpm@12.21.0",
    };
    const top = (shown?: readonly string[]) =>
      readmeSection({ ...input, ...(shown && { shown }) }).split("<details>")[0]!;
    const rows = (text: string) => [...text.matchAll(/^\| \**(a\d+)/gm)].map(([, name]) => name);
    expect(rows(top())).toEqual(["a0", "a1", "a2", "a3", "a4", "a5", "a6", "a7"]);
    expect(rows(top(["a0", "a9", "a10"]))).toEqual(["a0", "a9"]);
    expect(top()).toContain("8 of 10 arms; all are below. Without figures, reasons below: a10.");
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
    expect(text).toContain("**Verdict: noisy**: block 1 of part failed");
  });

  it("lets no output out of its quote", () => {
    const { q4, q5 } = plans as { q4: ArmPlan; q5: ArmPlan };
    const output = "</details>\n<!-- lab:results:end -->\n# Title\n| a |\n```\ncode";
    const text = section([resultOf({ arms: { q4: { ...q4, output }, q5 } })]);
    expect(text).toContain(
      "> &lt;/details&gt;\\\n> &lt;!-- lab:results:end --&gt;\\\n> \\# Title\\\n> \\| a \\|\\\n> \\`\\`\\`\\\n> code",
    );
    expect(text.match(/<\/details>/g)).toHaveLength(2);
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
