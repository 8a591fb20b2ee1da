import { readFileSync } from "node:fs";
import path from "node:path";
import { describe, expect, test } from "vitest";
import { samplesOf } from "../src/llama-bench.ts";

const recorded = readFileSync(path.join(import.meta.dirname, "fixtures/llama-bench-v0.5.0.json"), "utf8");

describe("what llama-bench prints", () => {
  test("has the tokens a second of each repetition", () => {
    const samples = samplesOf(recorded);
    const [{ samples_ns: nanoseconds, n_gen: decoded }] = JSON.parse(recorded);
    expect(samples).toHaveLength(3);
    for (const [index, tokensPerSecond] of samples.entries()) {
      expect(tokensPerSecond).toBeCloseTo((1e9 * decoded) / nanoseconds[index], 1);
    }
  });

  test("more tests than the one asked for are refused", () => {
    const [one] = JSON.parse(recorded);
    expect(() => samplesOf(JSON.stringify([one, one]))).toThrow("printed 2 tests");
  });
});
