import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { afterAll, beforeAll, describe, expect, it, vi } from "vitest";
import { loadExperiment, type Result, repositoryRoot } from "../packages/core/src/index.ts";
import { toResult } from "../packages/report/src/index.ts";
import { startExperiment } from "../packages/runner/src/index.ts";

const experiment = await loadExperiment(
  path.join(repositoryRoot, "experiments/exp14-kv-cache/experiment.ts"),
);
const patience = 300_000;
const { signal } = new AbortController();

let folder: string;
let result: Result;
beforeAll(async () => {
  folder = await mkdtemp(path.join(tmpdir(), "quantlab-exp14-"));
  // Locks lie there: another run on this machine is not waited for.
  vi.stubEnv("TMPDIR", folder);
  const arms = "f16,q8_0,q8_0/q4_0,q4_0,q4_0 unrotated,f16 deep,q4_0 deep";
  const argv = ["--quick", "--blocks", "1", "--threads", "1", "--arms", arms];
  const { run } = await startExperiment(experiment, { folder, argv, signal });
  result = toResult(run, experiment);
}, patience);
afterAll(async () => {
  vi.unstubAllEnvs();
  await rm(folder, { recursive: true, force: true });
});

const figureOf = (arm: string, metric: string) => result.arms[arm]!.metrics[metric]!.value!;
const parts = ["kldDepth0", "kldDepth256", "kldDepth512"];

describe("a quantized KV cache on the shipped model", () => {
  it("is measured in every arm, with the parts that its context has", () => {
    for (const arm of Object.values(result.arms)) expect(arm.status, arm.reason ?? "").toBe("measured");
    const reported = Object.keys(result.arms.f16!.metrics).filter((name) => name.startsWith("kldDepth"));
    expect(reported).toEqual(parts);
  });

  it("takes the bytes that its types have, as the engine says", () => {
    // 6 layers, 4 heads of 64, keys and values, for 1024 tokens.
    expect(figureOf("f16", "kvCacheBytes")).toBe(6 * 4 * 64 * 2 * 2 * 1024);
    const share = (arm: string) => figureOf(arm, "kvCacheBytes") / figureOf("f16", "kvCacheBytes");
    expect(share("q8_0")).toBeCloseTo(8.5 / 16, 2);
    expect(share("q8_0/q4_0")).toBeCloseTo((8.5 + 4.5) / 32, 2);
    expect(share("q4_0")).toBeCloseTo(4.5 / 16, 2);
  });

  it("diverges the more in every part, the fewer bits; over f16 not at all", () => {
    for (const part of parts) {
      expect(figureOf("f16", part)).toBe(0);
      expect(figureOf("q8_0", part)).toBeGreaterThan(0);
      expect(figureOf("q8_0/q4_0", part)).toBeGreaterThan(figureOf("q8_0", part));
      expect(figureOf("q4_0", part)).toBeGreaterThan(figureOf("q8_0/q4_0", part));
    }
  });

  it("is rotated unless an arm's own process is told otherwise, and predicts otherwise then", () => {
    const rotated = (arm: string) => result.arms[arm]!.engine!.kvCacheRotated;
    expect(rotated("f16")).toEqual([false, false]);
    expect(rotated("q4_0")).toEqual([true, true]);
    expect(rotated("q4_0 unrotated")).toEqual([false, false]);
    expect(process.env.LLAMA_ATTN_ROT_DISABLE).toBeUndefined();
    // On this model by little: which of the two is nearer to F16 is for larger ones to tell.
    const { ratio } = result.effects["q4_0 unrotated"]!.kldMean!;
    expect(Math.abs(Math.log(ratio))).toBeGreaterThan(0.001);
  });

  it("is timed behind a context, too, against f16 there", () => {
    const depths = ["f16", "f16 deep", "q4_0 deep"].map(
      (arm) => result.arms[arm]!.workloads?.generate?.cachedTokens,
    );
    expect(depths).toEqual([undefined, 768, 768]);
    expect(result.arms["q4_0 deep"]!.against).toBe("f16 deep");
    expect(figureOf("q4_0 deep", "prefillTps")).toBeGreaterThan(0);
  });
});
