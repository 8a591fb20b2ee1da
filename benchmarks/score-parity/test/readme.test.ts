import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import os from "node:os";
import path from "node:path";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { keepResult } from "../src/keep-result.ts";
import { withResults } from "../src/readme-table.ts";
import type { Sample, ScoreParityResult } from "../src/result.ts";
import { scoredTypes } from "../src/setting.ts";

/** Two rounds in which the lab takes half the peer's time, then a third of it: geometric mean 1/√6. */
const pairs = (task: Sample["task"], of: string): Sample[] =>
  [0, 1].flatMap((round) => [
    { round, task, of, side: "peer", ms: 600, peakMemoryBytes: null },
    { round, task, of, side: "lab", ms: 600 / (round + 2), peakMemoryBytes: null },
  ]);

function resultOf(model: string, bytes: number): ScoreParityResult {
  const host = { id: "a", cpu: "CPU of a", cores: 2, memoryBytes: 2 ** 34, os: "Linux 6", arch: "x64" };
  const noise = { tokens: 1020, largestStep: 1e-4, rmsStep: 1e-4, nearTies: 1 };
  const kldMean = { statistic: "kldMean", lab: 0.5, peer: 0.25, tolerance: 1e-5 } as const;
  return {
    schemaVersion: 1,
    host: { ...host, node: "24", accelerator: null },
    startedAt: "2026-01-01T00:00:00.000Z",
    finishedAt: "2026-01-01T01:00:00.000Z",
    llamaCpp: "v0.5.0",
    model,
    files: Object.fromEntries(
      scoredTypes.map((type) => [type, { sha256: "00", bytes }]),
    ) as ScoreParityResult["files"],
    threads: 2,
    rounds: 2,
    seed: 1,
    perplexities: [{ type: "Q2_K", chunks: 4, lab: "1.5600", peer: "1.5599" }],
    divergences: [
      {
        type: "Q2_K",
        chunks: 4,
        noise,
        agreements: [
          { ...kldMean, agrees: false },
          { statistic: "kldMax", lab: 1, peer: 1, tolerance: 1, agrees: true },
        ],
        peakMemoryBytes: 1_500e6,
        modelBytes: 1_000e6,
      },
    ],
    quantizations: [
      { type: "IQ1_S", withMatrix: false, outcome: "both refuse", differing: [] },
      { type: "IQ1_S", withMatrix: true, outcome: "identical", differing: [] },
      { type: "Q4_0", withMatrix: false, outcome: "different", differing: ["output.weight", "b"] },
      { type: "Q4_0", withMatrix: true, outcome: "only the lab refuses", differing: [] },
      { type: "F32", withMatrix: false, outcome: "identical", differing: [] },
    ],
    importance: { tensors: 2, entries: 300, largest: 0.00012 },
    samples: [
      ...pairs("perplexity", "Q2_K"),
      ...pairs("divergence", "Q2_K"),
      // Scored in every round, and yet quantized once.
      ...pairs("perplexity", "Q4_0"),
      ...pairs("quantize", "IQ1_S+imatrix"),
      ...pairs("quantize", "Q4_0").filter(({ round }) => round === 0),
      // Two programs that refuse at once: no times worth a ratio.
      ...pairs("quantize", "IQ1_S").map((sample) => ({ ...sample, ms: sample.side === "lab" ? 1e6 : 1 })),
      ...pairs("importance", "F16"),
    ],
  };
}

const readme = "# Title\n\n<!-- results:begin -->\nold\n<!-- results:end -->\n\nAfter.\n";

describe("the README's tables", () => {
  const text = withResults(readme, [resultOf("sprout", 1), resultOf("large", 2)]);

  test("have a section for each model, the larger first, the same each time", () => {
    expect(text.indexOf("### large on CPU of a")).toBeLessThan(text.indexOf("### sprout on CPU of a"));
    expect(text).not.toContain("old");
    expect(withResults(text, [resultOf("sprout", 1), resultOf("large", 2)])).toBe(text);
  });

  test("show both perplexities, ratios of times, and by name the statistics that lie apart", () => {
    expect(text).toMatch(
      /\| Q2_K \| 1\.5600 \| 1\.5599 \| 0\.408 \([^|]+\) \| 1 of 2; kldMean: 0\.500000 against 0\.250000 \| 0\.408 \([^|]+\) \| 500 MB \|/,
    );
  });

  test("show what became of each type, and a time where more than one round has it", () => {
    expect(text).toMatch(/\| IQ1_S \| both refuse \| {2}\| identical \| 0\.408 \([^|]+\) \|/);
    expect(text).toContain(
      "| Q4_0 | different: 2 tensors, output.weight first |  | only the lab refuses |  |\n| F32 | identical |  |  |  |\n",
    );
  });

  test("of files that were only quantized hold just these, and the time of all", () => {
    const samples = ["Q8_0", "Q2_K"].flatMap((of) => pairs("quantize", of));
    const quantizations = (["Q8_0", "Q2_K"] as const).map(
      (type) => ({ type, withMatrix: false, outcome: "identical", differing: [] }) as const,
    );
    const only = { perplexities: [], divergences: [], importance: null, quantizations, samples };
    const text = withResults(readme, [{ ...resultOf("large", 2), ...only }]);
    expect(text).toContain("llama.cpp v0.5.0; 2 threads, 2 rounds");
    expect(text).toMatch(/\| Q8_0 \| identical \| 0\.408 \([^|]+\) \| {2}\| {2}\|/);
    expect(text).toMatch(/Time of all these, lab ÷ peer: 0\.408/);
    expect(text).not.toMatch(/perplexity|[Ii]mportance matrix against/);
  });

  test("tell no time of all where only one type was timed", () => {
    expect(text).not.toContain("Time of all these");
  });

  test("tell how far the importance matrices lie apart", () => {
    expect(text).toContain("largest relative difference 1.2e-4 over 300 entries of 2 tensors");
  });
});

describe("a kept result", () => {
  let folder: string;
  beforeEach(async () => {
    folder = await mkdtemp(path.join(os.tmpdir(), "quantlab-score-parity-"));
    await writeFile(path.join(folder, "README.md"), readme);
  });
  afterEach(() => rm(folder, { recursive: true }));

  test("has a file of its host and model and leaves the others in the README", async () => {
    await keepResult(resultOf("sprout", 1), folder);
    await keepResult(resultOf("synthetic/large", 2), folder);
    const text = await readFile(path.join(folder, "README.md"), "utf8");
    expect(text).toBe(withResults(readme, [resultOf("sprout", 1), resultOf("synthetic/large", 2)]));
    const kept = JSON.parse(await readFile(path.join(folder, "results/a/sprout.json"), "utf8"));
    expect(kept).toEqual(resultOf("sprout", 1));
  });
});
