import { describe, expect, test } from "vitest";
import {
  type AnswerSums,
  clusteredShareInterval,
  fewestPrompts,
  furtherPrompts,
  perToken,
  plannedLooks,
  promptMargin,
  shuffled,
  verdictOn,
} from "../src/index.ts";
import { uniform } from "./support/normal.ts";

const answers = (flips: readonly number[], tokens = 50): AnswerSums[] =>
  flips.map((count) => ({ tokens, flips: count, kld: count / 10 }));
const times = (count: number, flips: number) => Array<number>(count).fill(flips);

describe("looks", () => {
  test("go in even steps from the fewest prompts to all", () => {
    expect(plannedLooks(30)).toEqual([10, 15, 20, 25, 30]);
    expect(plannedLooks(100)).toEqual([10, 33, 55, 78, 100]);
    expect(plannedLooks(12)).toEqual([10, 11, 12]);
    expect(plannedLooks(4)).toEqual([4]);
  });

  test("share what may go wrong: of more looks each is surer", () => {
    const some = answers([0, 1, 2, 3, 4, 0, 1, 2, 3, 4, 0, 3]);
    const [one, five] = [verdictOn(some, 1).decisive!, verdictOn(some, 5).decisive!];
    expect(one.level).toBeCloseTo(0.95, 9);
    expect(five.level).toBeCloseTo(0.99, 9);
    expect(five.interval[0]).toBeLessThan(one.interval[0]);
    expect(five.interval[1]).toBeGreaterThan(one.interval[1]);
  });
});

describe("a verdict on prompts", () => {
  test("is the side of the margin on which the whole interval lies", () => {
    expect(verdictOn(answers(times(12, 0)), 5).verdict).toBe("same");
    expect(verdictOn(answers(times(12, 10)), 5).verdict).toBe("differs");
    expect(verdictOn(answers([...times(6, 0), ...times(6, 5)]), 5).verdict).toBe("undecided");
    expect(verdictOn(answers(times(12, 10)), 5, 0.5).verdict).toBe("same");
  });

  test("is none below the fewest prompts", () => {
    expect(verdictOn(answers(times(fewestPrompts - 1, 0)), 1)).toEqual({
      verdict: "undecided",
      decisive: null,
    });
  });

  test("of a file's looks together is rarely wrong where the truth is the margin itself", () => {
    const draw = uniform(5);
    const planned = plannedLooks(30);
    // Prompts differ: of some nearly all tokens are sure, of some a sixth is not.
    const rates = [0.01, 0.02, 0.04, 0.05, 0.05, 0.13];
    const mean = rates.reduce((sum, rate) => sum + rate) / rates.length;
    expect(mean).toBeCloseTo(promptMargin, 9);
    const runs = 200;
    const found = Array.from({ length: runs }, () => {
      const own = Array.from({ length: 30 }, (): AnswerSums => {
        const rate = rates[Math.floor(draw() * rates.length)]!;
        const tokens = 16 + Math.floor(draw() * 49);
        const flips = Array.from({ length: tokens }, () => draw() < rate).filter(Boolean).length;
        return { tokens, flips, kld: 0 };
      });
      return planned
        .map((count) => verdictOn(own.slice(0, count), planned.length).verdict)
        .find((verdict) => verdict !== "undecided");
    });
    expect(found.filter((verdict) => verdict === "same").length / runs).toBeLessThan(0.06);
    expect(found.filter((verdict) => verdict === "differs").length / runs).toBeLessThan(0.06);
  });
});

describe("the interval of a share that comes in clusters", () => {
  const clusters = (counted: readonly number[], units = 50) =>
    counted.map((count) => ({ units, counted: count }));

  test("is Wilson's for its effective number of units, by hand", () => {
    // Four clusters of ten: p = 0.2, v = 4/3 · (1 + 1 + 1 + 1) / 1600 = 1/300, so 48 units were worth 40, which is the most.
    const even = clusteredShareInterval(clusters([1, 3, 1, 3], 10), 0.025)!;
    const t = 3.1824463;
    const reach = (t * Math.sqrt((0.2 * 0.8) / 40 + t ** 2 / (4 * 40 ** 2))) / (1 + t ** 2 / 40);
    const middle = (0.2 + t ** 2 / 80) / (1 + t ** 2 / 40);
    expect(even[0]).toBeCloseTo(middle - reach, 6);
    expect(even[1]).toBeCloseTo(middle + reach, 6);
    // The same share in one cluster: v = 4/3 · (36 + 3 · 4) / 1600 = 0.04, so 40 units are worth 4.
    const uneven = clusteredShareInterval(clusters([8, 0, 0, 0], 10), 0.025)!;
    expect(uneven[1]).toBeGreaterThan(even[1] + 0.2);
  });

  test("reaches up where nothing was counted, and is none of one cluster", () => {
    const [low, high] = clusteredShareInterval(clusters([0, 0, 0, 0]), 0.025)!;
    expect(low).toBe(0);
    expect(high).toBeGreaterThan(0.01);
    expect(clusteredShareInterval(clusters([3]), 0.025)).toBeNull();
  });
});

describe("figures over prompts", () => {
  test("are per token, with an interval over prompts", () => {
    const own = answers([1, 0, 3, 0], 10);
    expect(perToken(own, "flips").value).toBeCloseTo(0.1, 9);
    expect(perToken(own, "kld").value).toBeCloseTo(0.01, 9);
    const [low, high] = perToken(own, "flips").ci95!;
    expect(low).toBe(0);
    expect(high).toBeGreaterThan(0.1);
    expect(perToken(own.slice(1, 2), "flips").ci95).toBeNull();
  });

  test("say how many more prompts would decide", () => {
    const own = answers([...times(6, 0), ...times(6, 6)]);
    expect(furtherPrompts(own)).toBeGreaterThan(12);
    expect(furtherPrompts(own, 0.06)).toBeNull();
    // At least as many as a verdict needs.
    expect(furtherPrompts(answers([0, 0, 0]))).toBe(fewestPrompts - 3);
  });
});

test("shuffling keeps every value, and always does the same", () => {
  const values = Array.from({ length: 50 }, (_, index) => index);
  const order = shuffled(values);
  expect(order).not.toEqual(values);
  expect(order.toSorted((a, b) => a - b)).toEqual(values);
  expect(shuffled(values)).toEqual(order);
});
