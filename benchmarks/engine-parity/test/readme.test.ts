import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import os from "node:os";
import path from "node:path";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { armNames } from "../src/arms.ts";
import { keepResult } from "../src/keep-result.ts";
import { withResults } from "../src/readme-table.ts";
import type { ParityResult } from "../src/result.ts";

/** Two rounds in which every arm but the reference runs at half of it, then at a third: geometric mean 1/√6. */
function resultOf(hostId: string, finishedAt: string): ParityResult {
  const samples = [0, 1].flatMap((round) =>
    armNames.map((arm) => {
      const part = arm === armNames[0] ? 1 : 1 / (round + 2);
      return { round, arm, threads: 2, prefillTps: [0, 120 * part, 999], decodeTps: [60 * part] };
    }),
  );
  const cpu = `CPU of ${hostId}`;
  return {
    schemaVersion: 1,
    host: {
      id: hostId,
      cpu,
      cores: 2,
      memoryBytes: 2 ** 34,
      os: "Linux 6",
      arch: "x64",
      node: "24",
      accelerator: null,
    },
    startedAt: "2026-01-01T00:00:00.000Z",
    finishedAt,
    llamaCpp: "v0.5.0",
    model: { reference: "a:Q4_K_M", sha256: "00", bytes: 1 },
    shape: { promptTokens: 128, decodedTokens: 64, repetitions: 3 },
    threads: [2],
    rounds: 2,
    seed: 1,
    samples,
  };
}

const readme = "# Title\n\n<!-- results:begin -->\nold\n<!-- results:end -->\n\nAfter.\n";

describe("the README's tables", () => {
  test("replace what stands between the markers and nothing else", () => {
    const text = withResults(readme, [resultOf("a", "2026-01-01T01:00:00.000Z")]);
    expect(text.startsWith("# Title\n\n<!-- results:begin -->")).toBe(true);
    expect(text.endsWith("<!-- results:end -->\n\nAfter.\n")).toBe(true);
    expect(text).not.toContain("old");
    expect(withResults(text, [resultOf("a", "2026-01-01T01:00:00.000Z")])).toBe(text);
  });

  test("hold medians and the geometric mean of the rounds' ratios", () => {
    const text = withResults(readme, [resultOf("a", "2026-01-01T01:00:00.000Z")]);
    expect(text).toContain("| 2 | llama-bench, same flags | 120.0 |  | 60.0 |  |");
    expect(text).toMatch(/\| 2 \| engine \| 50\.0 \| 0\.408 \(/);
  });

  test("put the newest host first", () => {
    const older = resultOf("older", "2026-01-01T01:00:00.000Z");
    const newer = resultOf("newer", "2026-02-01T01:00:00.000Z");
    const text = withResults(readme, [older, newer]);
    expect(text.indexOf("CPU of newer")).toBeLessThan(text.indexOf("CPU of older"));
    expect(text).toContain("CPU of older");
  });
});

describe("a kept result", () => {
  let folder: string;
  beforeEach(async () => {
    folder = await mkdtemp(path.join(os.tmpdir(), "quantlab-engine-parity-"));
    await writeFile(path.join(folder, "README.md"), readme);
  });
  afterEach(() => rm(folder, { recursive: true }));

  test("has a file of its host and leaves the other hosts in the README", async () => {
    await keepResult(resultOf("a", "2026-01-01T01:00:00.000Z"), folder);
    await keepResult(resultOf("b", "2026-02-01T01:00:00.000Z"), folder);
    const text = await readFile(path.join(folder, "README.md"), "utf8");
    expect(text).toContain("CPU of a");
    expect(text).toContain("CPU of b");
    const kept = JSON.parse(await readFile(path.join(folder, "results/a/a-Q4_K_M.json"), "utf8"));
    expect(kept).toEqual(resultOf("a", "2026-01-01T01:00:00.000Z"));
  });
});
