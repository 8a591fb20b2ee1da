import type { Effect, NamedAnalysis } from "@quantlab/core";
import { describe, expect, it } from "vitest";
import { readmeSection } from "../src/index.ts";
import { printSummary } from "../src/summary.ts";
import { ladder, ladderResult } from "./ladder-result.ts";

const result = ladderResult(ladder);
const losses = { analysis: "expected-loss", size: "modelBytes", loss: "perplexity", skill: "accuracy" };
const section = (results = [result], analyses: readonly NamedAnalysis[] = []) =>
  readmeSection({
    experiment: "exp900",
    question: "?",
    results,
    analyses,
    own: { model: "sprout", leads: false },
    packageManager: "pnpm@12.21.0",
  });

describe("a result of many arms", () => {
  it("lists them downwards, what they cost apart from what they lose", () => {
    const text = section();
    expect(text).toMatch(/\n\| {2}\| Decode,<br>tok\/s \| Prefill,<br>tok\/s \|.* \| Blocks measured \|\n/);
    expect(text).toMatch(/\n\| \*\*F16\*\* \(baseline\) \| 3,0\d0 \(.*\) \|.* \| 3 \|\n\| Q8_0 \| 3,180/);
    expect(text).toMatch(/\n\| {2}\|.*Mean divergence,<br>nats \|\n/);
    expect(text).toMatch(/\n\| IQ1_S\+imatrix \|.*0\.450 \(0\.396–0\.504\) \|\n/);
    for (const line of text.split("\n").filter((line) => line.startsWith("|")))
      expect(line.split(" | ").length).toBeLessThan(12);
  });

  it("folds the ratios away", () => {
    expect(section()).toMatch(/<summary>Every arm against F16, as ratios<\/summary>\n\n\| {2}\| Decode \|/);
    const { Q8_0, Q4_0 } = ladder as Required<typeof ladder>;
    expect(section([ladderResult({ Q8_0: Q8_0!, Q4_0: Q4_0! })])).toContain("**Against `F16`:**");
  });

  it("fits into a terminal", () => {
    let printed = "";
    printSummary(result, { label: null, files: [] }, (text) => {
      printed = text;
    });
    const rows = printed.split("\n").filter((line) => line.includes("│"));
    expect(rows.length).toBeGreaterThan(25);
    for (const row of rows) expect(row.length).toBeLessThan(140);
  });

  it("says how much was scored", () => {
    const part = { ...result, workloads: { ...result.workloads, score: { chunks: 24, items: 40 } } };
    expect(section([part])).toContain(
      "Quality is of the first 24 chunks of the text sprout-test@1 and the first 40 items of each task.",
    );
    expect(section()).not.toContain("Quality is of");
  });
});

describe("the published tables of expected loss", () => {
  const accuracy: Effect = { ratio: 0.98, ci95: [0.95, 1.01], claim: "none" };
  const effects = { ...result.effects, Q4_K_M: { ...result.effects.Q4_K_M, accuracy } };
  const text = section([{ ...result, effects }], [losses]);

  it("stand beside our own figures, each labelled with whose it is", () => {
    expect(text).toContain(
      "|  | published¹<br>size, −% | published¹<br>perplexity, +% | published¹<br>MMLU, −% | published¹<br>impact | published²<br>perplexity, + | this lab<br>size, −% | this lab<br>perplexity, +% | this lab<br>accuracy, −% |",
    );
    expect(text).toMatch(
      /\| Q4_K_M \| 75\.0 \| 5–8 \| 2–4 \| noticeable but acceptable \| 0\.1754 \| 69\.\d \| 0\.31 \(0\.26 to 0\.36\) \| 2\.00 \(-1\.00 to 5\.00\) \|/,
    );
    expect(text).toContain(
      "¹ LLM quantization techniques for Mac silicon: expected ranges, no protocol given",
    );
    expect(text).toMatch(/² llama\.cpp v0\.5\.0, the list of types .*Llama-3-8B/);
  });

  it("say nothing of a type that they do not have, nor of one with an importance matrix", () => {
    const more = ladderResult({ ...ladder, "Q4_0+imatrix": { mebibytes: 3.14, divergence: 0.008 } });
    const whole = section([more], [losses]);
    const table = whole.slice(whole.indexOf("## Published figures"));
    expect(table).not.toContain("| IQ");
    expect(table).not.toContain("+imatrix");
    expect(table).toContain("| Q4_0 | 75.0 | — | — | moderate to high | 0.4685 |");
  });

  it("stand alone before anything was measured, and in no other experiment", () => {
    expect(section([], [losses])).toMatch(/\| Q5_K \| 68\.8 \| 3–5 \| 1–2 \| minor \| — \|\n/);
    expect(section()).not.toContain("## Published figures");
  });
});
