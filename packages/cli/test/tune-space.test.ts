import type { EngineInfo, Host } from "@quantlab/core";
import { engineByName } from "@quantlab/engines";
import { describe, expect, it } from "vitest";
import type { TuneOptions } from "../src/tune/options.ts";
import { pointsOf } from "../src/tune/points.ts";
import { spaceOf, threadCounts } from "../src/tune/space.ts";

const host: Host = {
  ...{ id: "test", cpu: "test", cores: 8, performanceCores: 4, memoryBytes: 2 ** 33 },
  ...{ os: "Linux 6.1", arch: "x64", node: "24", accelerator: null },
};
const info: EngineInfo = {
  ...{ pid: 1, name: "llama.cpp", version: "v0", devices: ["CPU (test)"], threads: 4, contextSize: 1024 },
  ...{ kvCacheTypes: ["f16", "f16"], flashAttention: true, buffers: {} },
};
const usual: TuneOptions = { nGen: 32, rounds: 5, repetitions: 2, timeout: 20 };

function candidates(
  typed: Partial<TuneOptions> = {},
  more: { readonly info?: EngineInfo; readonly native?: boolean; readonly engine?: string } = {},
) {
  const engine = engineByName(more.engine ?? "engine");
  const points = pointsOf(engine, typed);
  const circumstances = { engine, host, info: more.info ?? info, points, native: more.native ?? false };
  const space = spaceOf({ ...circumstances, typed: { ...usual, ...typed } });
  return Object.fromEntries(
    space.map((each) => [each.setting, each.candidates({}).map(({ options }) => options)]),
  );
}

describe("numbers of threads", () => {
  it("are fewer than the performance cores, and all of the machine's", () => {
    expect(threadCounts(host)).toEqual([4, 3, 2, 1, 8]);
    expect(threadCounts({ ...host, cores: 2, performanceCores: 2 })).toEqual([2, 1]);
    expect(threadCounts({ ...host, limits: { cores: 2.5 } })).toEqual([2, 1]);
  });
});

describe("what is tried", () => {
  it("is every setting of the engine that can matter, the threads of prompts and of single tokens apart", () => {
    expect(candidates()).toEqual({
      library: [],
      threads: [3, 2, 1, 8].map((threads) => ({ threads, batchThreads: 4 })),
      batchThreads: [3, 2, 1, 8].map((batchThreads) => ({ batchThreads })),
      batchSize: [{ batchSize: 128 }, { batchSize: 256 }],
      microBatchSize: [{ microBatchSize: 128 }, { microBatchSize: 256 }],
      flashAttention: [{ flashAttention: "off" }],
      mmap: [{ mmap: false }],
      gpuLayers: [],
      kvCacheTypes: [],
    });
  });

  it("is no size that cuts no covered prompt otherwise", () => {
    const { batchSize, microBatchSize } = candidates({ nPrompt: [64] });
    expect([batchSize, microBatchSize]).toEqual([[], []]);
    expect(candidates({ nPrompt: [3000] }).batchSize).toContainEqual({ batchSize: 4096 });
  });

  it("has other types of the cache by leave alone, since they change what the model says", () => {
    expect(candidates({ allowKv: ["q8_0"] }).kvCacheTypes).toEqual([{ kvCacheTypes: ["q8_0", "q8_0"] }]);
  });

  it("has the library compiled for this machine and layers on the GPU where there are such", () => {
    const onGpu = { ...info, devices: ["CPU (test)", "Vulkan0 (test)"] };
    const found = candidates({}, { info: onGpu, native: true });
    expect([found.library, found.gpuLayers]).toEqual([[{ library: "native" }], [{ gpuLayers: 0 }]]);
  });

  it("is what was typed, in place of the usual", () => {
    expect(candidates({ threads: [4, 6], ubatchSize: [32], flashAttn: ["on"], mmap: [true] })).toMatchObject({
      threads: [{ threads: 6, batchThreads: 4 }],
      microBatchSize: [{ microBatchSize: 32 }],
      flashAttention: [{ flashAttention: "on" }],
      mmap: [{ mmap: true }],
    });
  });

  it("is nothing that an engine does not have", () => {
    expect(Object.keys(candidates({}, { engine: "session" }))).not.toContain("microBatchSize");
    expect(candidates({}, { engine: "session" }).threads).toContainEqual({ threads: 8 });
  });
});

describe("the covered points", () => {
  it("are every prompt at every depth, each once", () => {
    expect(pointsOf(engineByName("engine"), { nPrompt: [8, 8], nDepth: [0, 4] })).toEqual([
      { prompt: 8, depth: 0 },
      { prompt: 8, depth: 4 },
    ]);
  });

  it("have no depth where the engine cannot time one, and say so where it was typed", () => {
    const engine = engineByName("transformers");
    expect(pointsOf(engine, {}).every(({ depth }) => depth === 0)).toBe(true);
    expect(() => pointsOf(engine, { nDepth: [128] })).toThrow(/cannot time a prompt behind 128 tokens/);
  });
});
