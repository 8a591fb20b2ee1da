import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import type { Engine, Json } from "@quantlab/core";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";

let folder: string;
let tuned: typeof import("../src/frame/tuned.ts");
let planBench: typeof import("../src/bench/plan.ts").planBench;
let engine: Engine;
beforeEach(async () => {
  folder = mkdtempSync(path.join(tmpdir(), "quantlab-tuned-"));
  vi.stubEnv("QUANTLAB_FOLDER", folder);
  vi.resetModules();
  tuned = await import("../src/frame/tuned.ts");
  ({ planBench } = await import("../src/bench/plan.ts"));
  engine = (await import("@quantlab/engines")).engineByName("engine");
});
afterEach(() => {
  vi.unstubAllEnvs();
  rmSync(folder, { recursive: true });
});

async function keep(options: Readonly<Record<string, Json>>, model = "sprout:Q4_K_M"): Promise<string> {
  const { keepTunedSettings } = await import("@quantlab/core");
  return await keepTunedSettings({ ...tuned.tunedFor(engine, model), options });
}

const found = {
  ...{ threads: 1, batchThreads: 2, microBatchSize: 256, flashAttention: "off" },
  ...{ mmap: false, library: "native" },
};

describe("what was tuned", () => {
  it("is taken for its model, and told in one line with what to do about it", async () => {
    await keep({ threads: 1, flashAttention: "off" });
    const { options, note } = tuned.withTunedSettings(engine, "sprout:Q4_K_M", { contextSize: 64 });
    expect(options).toEqual({ threads: 1, flashAttention: "off", contextSize: 64 });
    expect(note).toBe(
      'takes threads 1, flashAttention off, as "pnpm lab tune" found for sprout:Q4_K_M; flags go before it, "pnpm lab tune --reset" forgets it',
    );
    expect(tuned.withTunedSettings(engine, "sprout:Q8_0", {})).toEqual({
      options: {},
      tuned: null,
      note: null,
    });
  });

  it.each([
    ["the same option", { threads: 2 }, ["microBatchSize", "flashAttention", "mmap", "library"]],
    [
      "types of the cache, which want their own attention",
      { kvCacheTypes: ["q8_0", "q8_0"] },
      ["threads", "batchThreads", "microBatchSize", "mmap", "library"],
    ],
    [
      "layers on the GPU, which a library for the CPU has not",
      { gpuLayers: 4 },
      ["threads", "batchThreads", "microBatchSize", "flashAttention", "mmap"],
    ],
  ])("gives way to a flag for %s", async (_, typed, left) => {
    await keep(found);
    const { options, tuned: taken } = tuned.withTunedSettings(engine, "sprout:Q4_K_M", typed);
    expect(options).toMatchObject(typed);
    expect(Object.keys(taken!)).toEqual(left);
  });

  it("has a part in figures of quality only as far as it changes no number", async () => {
    await keep(found);
    const { tuned: taken } = tuned.withTunedSettings(engine, "sprout:Q4_K_M", {}, { figures: true });
    expect(taken).toEqual({ threads: 1, batchThreads: 2, mmap: false });
  });

  it("belongs to a file by its size, too: another one in its place has none", async () => {
    const model = path.join(folder, "m.gguf");
    writeFileSync(model, "one");
    await keep({ threads: 1 }, model);
    expect(tuned.withTunedSettings(engine, model, {}).options).toEqual({ threads: 1 });
    writeFileSync(model, "another");
    expect(tuned.withTunedSettings(engine, model, {}).options).toEqual({});
  });

  it("is left alone by name where the file is of another version", async () => {
    const file = await keep({ threads: 1 });
    writeFileSync(file, JSON.stringify({ schemaVersion: 9 }));
    const { options, note } = tuned.withTunedSettings(engine, "sprout:Q4_K_M", {});
    expect(options).toEqual({});
    expect(note).toBe(`settings are left alone: ${file} has schemaVersion 9; this lab reads 1`);
  });
});

describe("a bench", () => {
  const planned = (model: readonly string[], more = {}) => {
    const { plan, note } = planBench({ model, nPrompt: [8], nGen: [0], repetitions: 1, timeout: 1, ...more });
    return { note, options: plan.arms.map(({ subject }) => "options" in subject && subject.options) };
  };

  it("of one model takes what was tuned for it, under what was typed", async () => {
    await keep({ threads: 1, microBatchSize: 128 });
    expect(planned(["sprout:Q4_K_M"]).options).toEqual([{ threads: 1, microBatchSize: 128, contextSize: 9 }]);
    const typed = planned(["sprout:Q4_K_M"], { threads: [1, 2] });
    expect(typed.options).toEqual(
      [1, 2].map((threads) => ({ threads, microBatchSize: 128, contextSize: 9 })),
    );
    expect(typed.note).toContain("takes microBatchSize 128");
  });

  it("of several leaves it alone: they are to differ in nothing else", async () => {
    await keep({ threads: 1 });
    const { options, note } = planned(["sprout:Q4_K_M", "sprout:Q8_0"]);
    expect(options).toEqual([{ contextSize: 9 }, { contextSize: 9 }]);
    expect(note).toBeNull();
  });
});
