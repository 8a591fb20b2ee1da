import { UsageError } from "@quantlab/core";
import { describe, expect, it } from "vitest";
import type { BenchOptions } from "../src/bench/options.ts";
import { planBench } from "../src/bench/plan.ts";

const planned = (options: Partial<BenchOptions> = {}) =>
  planBench({
    model: ["sprout:Q4_K_M"],
    nPrompt: [64],
    nGen: [16],
    repetitions: 3,
    timeout: 20,
    ...options,
  }).plan;
const names = (options: Partial<BenchOptions>) => planned(options).arms.map(({ name }) => name);
const workloads = (options: Partial<BenchOptions>) =>
  planned(options).arms.map((arm) => arm.workloads.generate);

describe("the arms of a bench", () => {
  it("are every combination, depth by depth, named by what they have otherwise than others", () => {
    expect(names({ nDepth: [0, 128], threads: [1, 2], promptAndGen: [[32, 8]] })).toEqual([
      "sprout:Q4_K_M t=1 pp64",
      "sprout:Q4_K_M t=1 tg16",
      "sprout:Q4_K_M t=1 pp32+tg8",
      "sprout:Q4_K_M t=1 pp64 @ d128",
      "sprout:Q4_K_M t=1 tg16 @ d128",
      "sprout:Q4_K_M t=1 pp32+tg8 @ d128",
      "sprout:Q4_K_M t=2 pp64",
      "sprout:Q4_K_M t=2 tg16",
      "sprout:Q4_K_M t=2 pp32+tg8",
      "sprout:Q4_K_M t=2 pp64 @ d128",
      "sprout:Q4_K_M t=2 tg16 @ d128",
      "sprout:Q4_K_M t=2 pp32+tg8 @ d128",
    ]);
  });

  it("have every setting that was typed, and no other", () => {
    const options = {
      nGpuLayers: [0, -1],
      mmap: [false],
      batchSize: [256],
      ubatchSize: [128],
      cacheTypeK: ["q8_0"],
      cacheTypeV: ["f16", "q4_0"],
      flashAttn: ["on"],
      threads: [2],
      nGen: [0],
    };
    const own = planned(options).arms.map(({ subject }) => "options" in subject && subject.options);
    const common = {
      mmap: false,
      batchSize: 256,
      microBatchSize: 128,
      flashAttention: "on",
      threads: 2,
      contextSize: 65,
    };
    expect(own).toEqual([
      { gpuLayers: 0, kvCacheTypes: ["q8_0", "f16"], ...common },
      { gpuLayers: 0, kvCacheTypes: ["q8_0", "q4_0"], ...common },
      { kvCacheTypes: ["q8_0", "f16"], ...common },
      { kvCacheTypes: ["q8_0", "q4_0"], ...common },
    ]);
    expect(names(options)).toEqual([
      "sprout:Q4_K_M ngl=0 kv=q8_0/f16 pp64",
      "sprout:Q4_K_M ngl=0 kv=q8_0/q4_0 pp64",
      "sprout:Q4_K_M ngl=auto kv=q8_0/f16 pp64",
      "sprout:Q4_K_M ngl=auto kv=q8_0/q4_0 pp64",
    ]);
  });

  it("have llama-bench's shape: so many tokens timed, behind so many that are not", () => {
    const timed = { warmups: 1, generations: 3 };
    expect(workloads({ promptAndGen: [[32, 8]], nDepth: [0, 128] })).toEqual([
      { prompt: { tokens: 64 }, newTokens: 1, ...timed },
      { prompt: { tokens: 1 }, newTokens: 17, ...timed },
      { prompt: { tokens: 32 }, newTokens: 9, ...timed },
      { prompt: { tokens: 64 }, cachedTokens: 128, newTokens: 1, ...timed },
      // With the one token behind it the cache holds 128 when the first is decoded.
      { prompt: { tokens: 1 }, cachedTokens: 127, newTokens: 17, ...timed },
      { prompt: { tokens: 32 }, cachedTokens: 128, newTokens: 9, ...timed },
    ]);
  });

  it("have a context that holds the test, and no more", () => {
    const sizes = planned({ promptAndGen: [[32, 8]], nDepth: [0, 128] }).arms.map(
      ({ subject }) => "options" in subject && subject.options?.contextSize,
    );
    // The first new token comes from the prompt, or from the one token that a decode begins behind.
    expect(sizes).toEqual([65, 18, 41, 193, 145, 169]);
  });

  it("what is given twice is measured twice, against itself", () => {
    const { arms } = planned({ nPrompt: [64, 64], nGen: [0] });
    expect(arms.map(({ name, against }) => [name, against])).toEqual([
      ["sprout:Q4_K_M pp64", "sprout:Q4_K_M pp64"],
      ["sprout:Q4_K_M pp64 (2)", "sprout:Q4_K_M pp64"],
    ]);
  });

  it("are compared at one depth with the first settings, and those with their first depth", () => {
    const { arms, baseline } = planned({ nDepth: [0, 128], threads: [1, 2], nGen: [0] });
    expect(baseline).toBe("sprout:Q4_K_M t=1 pp64");
    expect(arms.map(({ against }) => against)).toEqual([
      "sprout:Q4_K_M t=1 pp64",
      "sprout:Q4_K_M t=1 pp64",
      "sprout:Q4_K_M t=1 pp64",
      "sprout:Q4_K_M t=1 pp64 @ d128",
    ]);
  });

  it("have llama-bench's tests unless told otherwise, and none of no tokens", () => {
    const { nPrompt: _, nGen: __, ...bare } = { nPrompt: [], nGen: [], repetitions: 1, timeout: 20 };
    expect(planBench(bare).plan.arms.map(({ name }) => name)).toEqual([
      "sprout:F16 pp512",
      "sprout:F16 tg128",
    ]);
    expect(names({ nPrompt: [0, 32] })).toEqual(["sprout:Q4_K_M pp32", "sprout:Q4_K_M tg16"]);
  });

  it("are the named prompts, each with its answer, and counts of tokens only where these are typed", () => {
    const prompts: Partial<BenchOptions> = { prompt: ["chat@1", "summary-1k@1"], nDepth: [0, 64] };
    const { nPrompt: _, nGen: __, ...bare } = { nPrompt: [], nGen: [], repetitions: 3, timeout: 20 };
    const { arms } = planBench({ ...bare, model: ["sprout:Q4_K_M"], ...prompts }).plan;
    expect(arms.map(({ name, against }) => [name, against])).toEqual([
      ["sprout:Q4_K_M chat@1+tg128", "sprout:Q4_K_M chat@1+tg128"],
      ["sprout:Q4_K_M summary-1k@1+tg128", "sprout:Q4_K_M summary-1k@1+tg128"],
      ["sprout:Q4_K_M chat@1+tg128 @ d64", "sprout:Q4_K_M chat@1+tg128"],
      ["sprout:Q4_K_M summary-1k@1+tg128 @ d64", "sprout:Q4_K_M summary-1k@1+tg128"],
    ]);
    const timed = { newTokens: 129, warmups: 1, generations: 3 };
    expect(arms.map((arm) => arm.workloads.generate)).toEqual([
      { prompt: "chat@1", ...timed },
      { prompt: "summary-1k@1", ...timed },
      { prompt: "chat@1", cachedTokens: 64, ...timed },
      { prompt: "summary-1k@1", cachedTokens: 64, ...timed },
    ]);
    // A prompt that promises no length is short, and the engine makes room for it by itself.
    const sizes = arms.map(({ subject }) => "options" in subject && subject.options?.contextSize);
    expect(sizes).toEqual([undefined, 1129, undefined, 1193]);
    expect(names({ prompt: ["code@1"] })).toEqual([
      "sprout:Q4_K_M pp64",
      "sprout:Q4_K_M tg16",
      "sprout:Q4_K_M code@1+tg256",
    ]);
  });

  it("take the engine that reads the model, or each that is named", () => {
    const engines = (options: Partial<BenchOptions>) =>
      planned({ nPrompt: [0], ...options }).arms.map(({ subject, unavailable }) => [
        "engine" in subject && subject.engine,
        unavailable,
      ]);
    expect(engines({ model: ["sprout:Q4_K_M", "sprout:float32"] })).toEqual([
      ["llamacpp-engine", undefined],
      ["transformers-cpu", undefined],
    ]);
    expect(
      engines({ model: ["sprout:Q4_K_M", "sprout:float32"], backend: ["engine", "transformers"] }),
    ).toEqual([
      ["llamacpp-engine", undefined],
      ["transformers-cpu", expect.stringContaining("sprout:Q4_K_M is a model in gguf form")],
      ["llamacpp-engine", expect.stringContaining("sprout:float32 is a model in hf form")],
      ["transformers-cpu", undefined],
    ]);
  });
});

describe("a combination that its engine does not take", () => {
  it("says which flag it has nothing for, and the rest is measured", () => {
    const { arms, baseline } = planned({ backend: ["session", "engine"], ubatchSize: [32], nPrompt: [0] });
    expect(arms.map(({ name, unavailable }) => [name, unavailable])).toEqual([
      ["sprout:Q4_K_M session tg16", "llama.cpp (session) has nothing to set with -ub"],
      ["sprout:Q4_K_M engine tg16", undefined],
    ]);
    expect(baseline).toBe("sprout:Q4_K_M engine tg16");
  });

  it("cannot time a prompt behind a depth where nothing is cached, but a decode", () => {
    const { arms } = planned({ model: ["sprout:float32"], nDepth: [64] });
    expect(arms.map(({ unavailable }) => unavailable)).toEqual([
      expect.stringContaining("Transformers cannot time a prompt behind 64 tokens"),
      undefined,
    ]);
    expect(arms[1]?.workloads.generate).toMatchObject({ prompt: { tokens: 64 }, newTokens: 17 });
  });

  it("is wrong usage where there is no other", () => {
    expect(() => planned({ backend: ["session"], ubatchSize: [32] })).toThrow(UsageError);
    expect(() => planned({ backend: ["session"], ubatchSize: [32] })).toThrow("has nothing to set with -ub");
  });
});

describe("what nobody can wait for", () => {
  const many = Array.from({ length: 10_000 }, (_, index) => index + 1);

  it("is refused before it is laid out", () => {
    expect(() => planned({ nPrompt: many, nDepth: many, nGen: [0] })).toThrow(
      "these are 100000000 combinations, and a bench takes 10000",
    );
  });

  it("and so is a bench of nothing", () => {
    expect(() => planned({ nPrompt: [0], nGen: [0] })).toThrow("there is nothing to test");
  });
});
