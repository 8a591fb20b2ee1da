import type { Block, Json, ModelFile, Subject } from "@quantlab/core";
import type { GenerateSample } from "@quantlab/scenarios";
import { describe, expect, it, vi } from "vitest";
import { runBlock } from "../src/block.ts";
import { measureBlocks } from "../src/measurement.ts";
import { Bench, patience, planOf } from "./runs.ts";

const { signal } = new AbortController();
const subject: Subject = { model: "large:F16", engine: "arithmetic", options: { behaviour: "slow" } };
const generate = { promptIds: [1, 2], newTokens: 8, warmups: 1, generations: 2 };

/** What the engine of the tests needs of a model: nothing is read. */
const modelOf = (changes: Partial<ModelFile>): ModelFile => ({
  ref: { id: "large", form: "gguf", quantization: "F16" },
  path: "large.gguf",
  sha256: "0",
  bytes: 1024,
  parameters: 512,
  bitsPerWeight: 16,
  synthetic: false,
  provenance: [],
  ...changes,
});

const readyWith = (model: ModelFile) => ({
  subject,
  model,
  version: null,
  beside: {},
  environment: { ARITHMETIC: "slow" },
  places: {},
});

async function blockOf(
  bytes: number,
  budgetMs: number,
  workload: Readonly<Record<string, Json>> = generate,
): Promise<Block<GenerateSample>> {
  const model = modelOf({ bytes });
  return (await runBlock({
    identity: { arm: "large", scenario: "generate", index: 0, coldStart: false, model },
    spec: { scenario: "generate", subject: readyWith(model), workload, budgetMs },
    silenceMs: patience,
    probe: null,
    signal,
  })) as Block<GenerateSample>;
}

describe("a block", { timeout: patience }, () => {
  const bench = new Bench();
  vi.stubEnv("QUANTLAB_ENGINES", bench.environment.QUANTLAB_ENGINES);
  vi.stubEnv("FIXTURE_LOG", bench.log);

  it("is cut to fewer tokens where it alone would pass the arm's budget, and a reader is told", async () => {
    const { status, notes, sample } = await blockOf(2 ** 28, 6);
    expect({ status, notes }).toEqual({
      status: "measured",
      notes: ["cut to 1 generation of 6 tokens a block by its time budget"],
    });
    expect(sample?.cutTo).toEqual({ generations: 1, newTokens: 6, plannedTokens: 8 });
    expect(sample?.generations.map(({ tokenIds }) => tokenIds.length)).toEqual([6]);
    expect(sample?.warmups.map(({ tokenIds }) => tokenIds.length)).toEqual([2]);
  });

  it("has an even part of the arm's budget, so that others follow it", async () => {
    const arm = {
      name: "large",
      subject,
      workloads: { generate },
      ready: readyWith(modelOf({ bytes: 2 ** 28 })),
    };
    const turn = { arm, scenario: "generate", workload: generate, settled: {} };
    // Enough for a whole block, whose tokens alone take half a second; a third of it is not.
    const plan = {
      ...planOf([arm], { armBudgetMs: 1200 }),
      protocol: { blocks: 3, order: "abba", seed: 7 },
    } as const;
    const [first] = await measureBlocks(plan, [turn], { signal }, () => {});
    expect(first!.notes).toEqual([expect.stringMatching(/^cut to 1 generation of \d tokens a block/)]);
  });

  it.each([
    ["a small model", 1024, 6],
    ["enough time", 2 ** 28, patience],
  ])("is left whole with %s", async (_, bytes, budgetMs) => {
    const { sample } = await blockOf(bytes, budgetMs);
    expect(sample).not.toHaveProperty("cutTo");
    expect(sample?.generations.map(({ tokenIds }) => tokenIds.length)).toEqual([8, 8]);
  });

  it("whose model does not fit into memory is skipped before its process starts", async () => {
    const before = bench.logged();
    const { status, reason } = await blockOf(2 ** 50, patience);
    expect(status).toBe("skipped");
    expect(reason).toMatch(
      /^the model's file needs about 1048576.00 GiB of memory, .* take a smaller quantization$/,
    );
    expect(bench.logged()).toEqual(before);
  });

  it("behind a depth fails where the engine would read and time it all", async () => {
    const { status, reason } = await blockOf(1024, 60_000, { ...generate, cachedTokens: 1 });
    expect(status).toBe("failed");
    expect(reason).toMatch(/cannot time a prompt behind 1 tokens of context; measure prompts at no depth/);
  });

  it("of random weights is timed and not scored", async () => {
    const ready = readyWith(modelOf({ synthetic: true }));
    const workloads = { generate, score: { perplexity: true } };
    const arm = { name: "random", subject, workloads, ready };
    const settled = Object.entries(workloads).map(([scenario, workload]) => {
      return { arm, scenario, workload, settled: {} };
    });
    const blocks = await measureBlocks(planOf([arm]), settled, { signal }, () => {});
    expect(blocks.map(({ scenario, status }) => [scenario, status])).toEqual([["generate", "measured"]]);
  });
});
