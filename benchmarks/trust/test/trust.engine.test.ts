import { mkdtempSync, readdirSync, readFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { type Experiment, type Run, readDocument } from "@quantlab/core";
import type { GenerateSample } from "@quantlab/scenarios";
import { expect, test, vi } from "vitest";
import { slowedEngineId } from "../src/slowed-engine.ts";
import { withoutSlowdown } from "../src/without-slowdown.ts";

// Before the engines are listed, here and in the blocks' processes.
vi.stubEnv("QUANTLAB_ENGINES", path.join(import.meta.dirname, "../src/slowed-engine.ts"));
const { generation } = await import("@quantlab/scenarios");
const { default: trust } = await import("../experiment.ts");
const { accumulate } = await import("../src/accumulation.ts");
const { judgedPairs } = await import("../src/judged-run.ts");
const { tallied } = await import("../src/tally.ts");

/** The benchmark on the shipped model, as short as one can be that is counted. */
const engine = { id: slowedEngineId, options: { threads: 1, gpu: false } };
const arm = (slowdown: number) => ({
  model: "sprout:F16",
  engine: { ...engine, options: { ...engine.options, slowdown } },
});
const short: Experiment = {
  ...trust,
  arms: { "equal-1": arm(0), "equal-2": arm(0), "slowed-10": arm(0.1) },
  workloads: [generation({ prompt: "inflation@1", newTokens: 16, generations: 1 })],
  protocol: { ...trust.protocol, blocks: 5 },
};

const folder = mkdtempSync(path.join(tmpdir(), "trust-"));
const summary = () => {
  const [host] = readdirSync(path.join(folder, "results"));
  return JSON.parse(readFileSync(path.join(folder, "results", host!, "sprout.json"), "utf8"));
};
const runFiles = () => readdirSync(path.join(folder, ".runs")).sort();
const measure = (runs: number) =>
  accumulate(short, folder, { model: "sprout", runs, signal: AbortSignal.timeout(120_000) });

test("runs are counted pair by pair, and the same command goes on behind those that are there", async () => {
  await measure(1);
  const [first] = runFiles();
  expect(summary()).toMatchObject({ runs: 1, model: "sprout" });
  const run = await readDocument("run", path.join(folder, ".runs", first!));
  expect(run.full).toBe(true);
  for (const metric of trust.report) {
    const tallies = tallied(judgedPairs(run, metric, 5));
    expect(tallies).toMatchObject([
      { slowdown: 0, pairs: 1, known: 1 },
      { slowdown: 0.1, pairs: 2, known: 2 },
    ]);
    // On a host as busy as tests may make it the run is worth nothing.
    const { verdicts, tallies: ofAll } = summary();
    expect(ofAll[5][metric.name]).toEqual(verdicts.invalid > 0 ? [] : tallies);
    expect(ofAll[10][metric.name]).toEqual([]);
  }

  await measure(2);
  expect(runFiles()).toHaveLength(2);
  expect(runFiles()[0]).toBe(first);
  expect(summary().runs).toBe(2);
  expect(readFileSync(path.join(folder, "README.md"), "utf8")).toMatch(/^2 runs .*\n\n\*\*5 blocks an arm/m);
  // Each run has an order of its own.
  const second = await readDocument("run", path.join(folder, ".runs", runFiles()[1]!));
  expect(second.protocol.seed).not.toBe(run.protocol.seed);

  await measure(2);
  expect(runFiles()).toHaveLength(2);
  sleepsAndHolds(run);
}, 180_000);

/** What is put in stands in the samples, and lies within the times that they tell. */
function sleepsAndHolds({ blocks }: Run): void {
  const samplesOf = (name: string) =>
    blocks
      .filter(({ arm }) => arm === name)
      .map((block) => ({ block, sample: block.sample as GenerateSample }));
  for (const { block, sample } of samplesOf("equal-1")) {
    expect(sample.generations[0]!.engineCounters).toMatchObject({ sleptLoadMs: 0, ballastBytes: 0 });
    expect(sample.generations[0]!.engineCounters.sleptDecodeMs).toBe(0);
    expect(withoutSlowdown(block).memory!.peak).toBe(block.memory!.peak);
  }
  for (const { block, sample } of samplesOf("slowed-10")) {
    const own = withoutSlowdown(block).sample as GenerateSample;
    expect(own.loadMs).toBeLessThan(sample.loadMs);
    expect(own.loadMs).toBeGreaterThan(0);
    expect(withoutSlowdown(block).memory!.peak).toBeLessThan(block.memory!.peak);
    sample.generations.forEach((trace, index) => {
      const { sleptPromptMs, sleptDecodeMs } = trace.engineCounters;
      const decodeMs = trace.tokenAtMs.at(-1)! - trace.tokenAtMs[0]!;
      expect(sleptDecodeMs).toBeGreaterThan(0);
      expect(sleptDecodeMs).toBeLessThan(decodeMs);
      expect(sleptPromptMs).toBeGreaterThan(0);
      const cleaned = own.generations[index]!;
      expect(cleaned.tokenAtMs.at(-1)! - cleaned.tokenAtMs[0]!).toBeCloseTo(decodeMs - sleptDecodeMs!, 6);
      expect(cleaned.promptDoneAtMs! - cleaned.startedAtMs).toBeGreaterThan(0);
    });
  }
}
