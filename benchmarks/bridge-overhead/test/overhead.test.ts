import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import os from "node:os";
import path from "node:path";
import { EngineError } from "@quantlab/core";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { type EngineName, engines } from "../src/engines.ts";
import { keepResult } from "../src/keep-result.ts";
import { parseMlxBenchmark } from "../src/mlx-benchmark.ts";
import { withResults } from "../src/readme-table.ts";
import type { OverheadResult } from "../src/result.ts";

const shape = { promptTokens: 128, newTokens: 256, repetitions: 3 };

/** Two rounds in which every arm but the plain loop runs at half of it, then at a third: geometric mean 1/√6. */
function resultOf(hostId: string, finishedAt: string): OverheadResult {
  const samples = [0, 1].flatMap((round) =>
    (Object.keys(engines) as EngineName[]).flatMap((engine) =>
      engines[engine].arms.map((arm) => {
        const part = arm === "plain loop" ? 1 : 1 / (round + 2);
        return { round, engine, arm, promptTps: [0, 120 * part, 999], decodeTps: [60 * part] };
      }),
    ),
  );
  const host = { id: hostId, cpu: `CPU of ${hostId}`, cores: 2, memoryBytes: 2 ** 34, os: "Linux 6" };
  return {
    schemaVersion: 1,
    host: { ...host, arch: "x64", node: "24", accelerator: null },
    startedAt: "2026-01-01T00:00:00.000Z",
    finishedAt,
    model: "sprout",
    engines: { mlx: { version: "0.32.2", modelSha256: "00" } },
    shape,
    threads: 2,
    rounds: 2,
    seed: 1,
    samples,
  };
}

const readme = "# Title\n\n<!-- results:begin -->\nold\n<!-- results:end -->\n\nAfter.\n";
const early = "2026-01-01T01:00:00.000Z";

describe("what mlx_lm.benchmark prints", () => {
  // Printed by mlx-lm 0.32.2.
  const printed = [
    "Running warmup..",
    "Timing with prompt_tokens=128, generation_tokens=256, batch_size=1.",
    "Trial 1:  prompt_tps=1003.500, generation_tps=180.000, peak_memory=0.041, total_time=1.549",
    "Trial 2:  prompt_tps=1001.000, generation_tps=128.000, peak_memory=0.041, total_time=1.551",
    "Trial 3:  prompt_tps=999.250, generation_tps=256.000, peak_memory=0.041, total_time=1.500",
    "Averages: prompt_tps=1001.250, generation_tps=188.000, peak_memory=0.041",
  ].join("\n");

  test("gives the trials, with the token that it counts too many taken off", () => {
    expect(parseMlxBenchmark(printed, shape)).toEqual({
      promptTps: [1003.5, 1001, 999.25],
      decodeTps: [(180 * 255) / 256, 127.5, 255],
    });
  });

  test("is refused when trials are missing", () => {
    expect(() => parseMlxBenchmark(printed, { ...shape, repetitions: 4 })).toThrow(EngineError);
  });
});

describe("the README's tables", () => {
  test("replace what stands between the markers and nothing else, the same each time", () => {
    const text = withResults(readme, [resultOf("a", early)]);
    expect(text.startsWith("# Title\n\n<!-- results:begin -->")).toBe(true);
    expect(text.endsWith("<!-- results:end -->\n\nAfter.\n")).toBe(true);
    expect(text).not.toContain("old");
    expect(withResults(text, [resultOf("a", early)])).toBe(text);
  });

  test("hold medians and the geometric mean of the rounds' ratios, against both references", () => {
    const text = withResults(readme, [resultOf("a", early)]);
    expect(text).toContain("| MLX | plain loop | 120.0 |  | 2.449 (");
    expect(text).toMatch(/\| Transformers \| bridge \| 50\.0 \| 0\.408 \([^|]+\) \| {2}\| 25\.0 \|/);
    expect(text).toMatch(
      /\| MLX \| bridge \| 50\.0 \| 0\.408 \([^|]+\) \| 1\.000 \(1\.000–1\.000\) \| 25\.0 \|/,
    );
  });
});

describe("a kept result", () => {
  let folder: string;
  beforeEach(async () => {
    folder = await mkdtemp(path.join(os.tmpdir(), "quantlab-bridge-overhead-"));
    await writeFile(path.join(folder, "README.md"), readme);
  });
  afterEach(() => rm(folder, { recursive: true }));

  test("has a file of its host and leaves the other hosts in the README", async () => {
    await keepResult(resultOf("a", early), folder);
    await keepResult(resultOf("b", "2026-02-01T01:00:00.000Z"), folder);
    const text = await readFile(path.join(folder, "README.md"), "utf8");
    expect(text.indexOf("CPU of b")).toBeLessThan(text.indexOf("CPU of a"));
    const kept = JSON.parse(await readFile(path.join(folder, "results/a/sprout.json"), "utf8"));
    expect(kept).toEqual(resultOf("a", early));
  });
});
