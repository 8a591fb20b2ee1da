import type { Block } from "@quantlab/core";
import type { RequestSample, ServeSample } from "@quantlab/scenarios";
import { describe, expect, it } from "vitest";
import {
  fairness,
  foreignTtftMs,
  goodput,
  longestGapMs,
  servedTps,
  serveGapMs,
  serveTtftMs,
} from "../src/index.ts";

function request(
  client: number | null,
  sentAtMs: number,
  pieceAtMs: number[],
  changes: Partial<RequestSample> = {},
) {
  const newTokens = pieceAtMs.length;
  return {
    client,
    sentAtMs,
    pieceAtMs,
    newTokens,
    promptTokens: 4,
    cachedTokens: null,
    failed: null,
    ...changes,
  };
}

const block = (requests: RequestSample[]) =>
  ({
    arm: "one",
    scenario: "serve",
    index: 0,
    status: "measured",
    reason: null,
    sample: { requests, wallMs: 1000, objective: { ttftMs: 100, gapMs: 50 } } satisfies ServeSample,
  }) as unknown as Block;

const two = block([
  request(0, 0, [50, 60, 70, 200]),
  request(1, 10, [110, 130, 150, 170]),
  request(null, 60, [400, 410]),
  request(1, 180, [], { failed: "queue full" }),
]);
const summed = (metric: { summarise(blocks: readonly Block[]): { value: number | null } }, of = two) =>
  metric.summarise([of]).value;

describe("what clients saw of a server", () => {
  it("is of their own answers, and the long prompt's is told apart", () => {
    expect(summed(serveTtftMs)).toBe(75);
    expect(summed(serveGapMs)).toBe(20);
    expect(summed(longestGapMs)).toBe(130);
    expect(summed(foreignTtftMs)).toBe(340);
    // Eight tokens from 0 to 200 ms.
    expect(summed(servedTps)).toBeCloseTo(40, 9);
  });

  it("counts as served well what came in time, and not what failed", () => {
    expect(summed(goodput)).toBeCloseTo(1 / 3, 9);
  });

  it("is even where all got their tokens as fast, and 1/n where one got everything", () => {
    const even = block([request(0, 0, [50, 100]), request(1, 0, [50, 100])]);
    expect(summed(fairness, even)).toBeCloseTo(1, 9);
    const starved = block([
      request(0, 0, [50, 100]),
      request(1, 0, [], { newTokens: 0 }),
      request(2, 0, [], { newTokens: 0 }),
    ]);
    expect(summed(fairness, starved)).toBeCloseTo(1 / 3, 9);
  });

  it("says nothing of a long prompt where none came", () => {
    const without = block([request(0, 0, [50, 60])]);
    expect(foreignTtftMs.concerns!([without])).toBe(false);
    expect(foreignTtftMs.concerns!([two])).toBe(true);
  });
});
