import type { Block, GenerateTrace, Run } from "@quantlab/core";
import { decodeTps, loadMs, totalMs } from "@quantlab/shared-metrics";
import { expect, test } from "vitest";
import { judgedPairs } from "../src/judged-run.ts";

/** A block that decodes 10 tokens, one in `stepMs`, of which so much was slept. */
function block(arm: string, index: number, stepMs: number, sleptMs = 0): Block {
  const trace: GenerateTrace = {
    startedAtMs: 0,
    promptDoneAtMs: 50,
    promptTokens: 20,
    tokenAtMs: Array.from({ length: 11 }, (_, token) => 50 + token * stepMs),
    tokenIds: [],
    engineCounters: { sleptLoadMs: 0, sleptPromptMs: 0, sleptDecodeMs: 10 * sleptMs, ballastBytes: 0 },
  };
  return {
    arm,
    scenario: "generate",
    index,
    status: "measured",
    reason: null,
    coldStart: false,
    memory: null,
    sample: { loadMs: 20 + index, generations: [trace] },
  } as unknown as Block;
}

/** Two equal arms and one that takes 5% more, over so many rounds. */
function run(rounds: number): Run {
  const blocks = Array.from({ length: rounds }, (_, index) => [
    block("equal-1", index, 10 + 0.01 * (index % 3)),
    block("equal-2", index, 10 + 0.01 * ((index + 1) % 3)),
    block("slowed-5", index, 10.5 + 0.01 * ((index + 2) % 3), 0.5),
    block("thread-fewer", index, 20),
  ]).flat();
  const arms = ["equal-1", "equal-2", "slowed-5", "thread-fewer"].map((name) => ({
    name,
    against: "equal-1",
  }));
  return { arms, blocks, protocol: { blocks: rounds, order: "interleaved", seed: 1 } } as unknown as Run;
}

test("a run of 10 rounds is two of 5, each with every pair, and none of more", () => {
  expect(judgedPairs(run(10), decodeTps, 10)).toHaveLength(5);
  expect(judgedPairs(run(10), decodeTps, 5)).toHaveLength(10);
  expect(judgedPairs(run(10), decodeTps, 20)).toEqual([]);
  // Each has rounds of its own.
  const equal = judgedPairs(run(10), decodeTps, 5).filter(({ slowdown }) => slowdown === 0);
  expect(equal[0]!.effect).not.toEqual(equal[1]!.effect);
  const of = (slowdown: number | null) =>
    judgedPairs(run(10), decodeTps, 10).filter((each) => each.slowdown === slowdown).length;
  expect([of(0), of(0.05), of(null)]).toEqual([1, 2, 2]);
});

test("the truth is what was put in, on the side where the metric has it", () => {
  const slowed = judgedPairs(run(10), decodeTps, 10).find(({ slowdown }) => slowdown === 0.05)!;
  expect(slowed.truth).toBeCloseTo(10 / 10.5, 3);
  expect([slowed.side, slowed.effect.claim]).toEqual([-1, "less"]);
  const longer = judgedPairs(run(10), totalMs, 10).find(({ slowdown }) => slowdown === 0.05)!;
  expect([longer.side, longer.effect.claim]).toEqual([1, "more"]);
  expect(longer.truth).toBeCloseTo(155 / 150, 3);
  const equal = judgedPairs(run(10), decodeTps, 10).find(({ slowdown }) => slowdown === 0)!;
  expect([equal.truth, equal.side]).toEqual([1, 0]);
});

test("nothing is asked of a thread fewer where it need not be slower", () => {
  const sizes = judgedPairs(run(10), loadMs, 10).map(({ slowdown }) => slowdown);
  expect(sizes).not.toContain(null);
  expect(sizes).toContain(0.05);
});
