import { readFileSync } from "node:fs";
import path from "node:path";
import { readFigures } from "@quantlab/scenarios";
import { expect, test } from "vitest";

const recorded = readFileSync(path.join(import.meta.dirname, "fixtures/llama-bench-v0.5.0.json"), "utf8");

test("what llama-bench prints has the tokens a second of each repetition", () => {
  const printed = { stdout: recorded, all: recorded };
  const { decodeTps } = readFigures("llama-bench", { decodeTps: { pointer: "/0/samples_ts" } }, printed);
  const [{ samples_ns: nanoseconds, n_gen: decoded }] = JSON.parse(recorded);
  expect(decodeTps).toHaveLength(3);
  for (const [index, tokensPerSecond] of decodeTps!.entries())
    expect(tokensPerSecond).toBeCloseTo((1e9 * decoded) / nanoseconds[index], 1);
});
