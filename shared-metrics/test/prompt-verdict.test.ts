import { describe, expect, test } from "vitest";
import {
  type AnswerSums,
  clusteredMeanInterval,
  fewestPrompts,
  furtherPrompts,
  perToken,
  plannedLooks,
  shuffled,
  verdictOn,
} from "../src/index.ts";
import { normal } from "./support/normal.ts";

/** Answers of 50 tokens, by their mean divergence in nats. */
const answers = (means: readonly number[], tokens = 50): AnswerSums[] =>
  means.map((mean) => ({ tokens, flips: 0, kld: mean * tokens }));
const times = (count: number, mean: number) => Array<number>(count).fill(mean);

describe("looks", () => {
  test("go in even steps from the fewest prompts to all", () => {
    expect(plannedLooks(30)).toEqual([10, 15, 20, 25, 30]);
    expect(plannedLooks(100)).toEqual([10, 33, 55, 78, 100]);
    expect(plannedLooks(12)).toEqual([10, 11, 12]);
    expect(plannedLooks(4)).toEqual([4]);
  });

  test("share what may go wrong: of more looks each is surer", () => {
    const some = answers([0.1, 0.2, 0.3, 0.1, 0.2, 0.3, 0.1, 0.2, 0.3, 0.1]);
    const [one, five] = [verdictOn(some, 1).decisive!, verdictOn(some, 5).decisive!];
    expect(one.level).toBeCloseTo(0.975, 9);
    expect(five.level).toBeCloseTo(0.995, 9);
    expect(five.interval[0]).toBeLessThan(one.interval[0]);
    expect(five.interval[1]).toBeGreaterThan(one.interval[1]);
  });
});

describe("a verdict on prompts", () => {
  test("is the side of the margin on which the whole interval lies", () => {
    expect(verdictOn(answers(times(12, 0)), 5).verdict).toBe("same");
    expect(verdictOn(answers(times(12, 0.0197)), 5).verdict).toBe("same");
    expect(verdictOn(answers(times(12, 0.0199)), 5).verdict).toBe("differs");
    expect(verdictOn(answers([...times(6, 0.001), ...times(6, 0.039)]), 5).verdict).toBe("undecided");
    expect(verdictOn(answers(times(12, 0.0199)), 5, 0.05).verdict).toBe("same");
  });

  test("is none below the fewest prompts", () => {
    expect(verdictOn(answers(times(fewestPrompts - 1, 0)), 1)).toEqual({
      verdict: "undecided",
      decisive: null,
    });
  });

  test("of all looks at a file is rarely wrong where the truth is the margin itself", () => {
    const draw = normal(5);
    const skewed = (deviation: number) => Math.exp(deviation * draw() - deviation ** 2 / 2);
    const looks = plannedLooks(30);
    const limit = Math.log(1.02);
    const runs = 1000;
    const found = Array.from({ length: runs }, () => {
      // Prompts differ, and of each a few tokens hold most of the divergence.
      const own = Array.from({ length: 30 }, (): AnswerSums => {
        const [mean, tokens] = [limit * skewed(0.5), 48];
        const kld = Array.from({ length: tokens }, () => mean * skewed(1.5)).reduce(
          (sum, each) => sum + each,
        );
        return { tokens, flips: 0, kld };
      });
      return looks
        .map((count) => verdictOn(own.slice(0, count), looks.length).verdict)
        .find((verdict) => verdict !== "undecided");
    });
    expect(found.filter((verdict) => verdict === "same").length / runs).toBeLessThan(0.07);
    expect(found.filter((verdict) => verdict === "differs").length / runs).toBeLessThan(0.01);
  });
});

describe("the interval of a mean over clusters", () => {
  test("is Student's of its logarithm, by hand", () => {
    // Means 1, 2, 3 over ten units each: mean 2, error √(3/2 · (100 + 0 + 100)) / 30 = 0.57735, t of 2 degrees 4.3027.
    const clusters = [10, 20, 30].map((total) => ({ units: 10, total }));
    const [low, high] = clusteredMeanInterval(clusters, 0.025)!;
    const reach = (4.30265 * 0.57735) / 2;
    expect(low).toBeCloseTo(2 * Math.exp(-reach), 4);
    expect(high).toBeCloseTo(2 * Math.exp(reach), 3);
  });

  test("is 0 where nothing differs, and none of one cluster", () => {
    const none = { units: 5, total: 0 };
    expect(clusteredMeanInterval([none, none], 0.025)).toEqual([0, 0]);
    expect(clusteredMeanInterval([none], 0.025)).toBeNull();
  });
});

describe("figures over prompts", () => {
  const flipped = [1, 0, 3, 0].map((flips): AnswerSums => ({ tokens: 10, flips, kld: flips / 10 }));

  test("are per token, with an interval over prompts", () => {
    expect(perToken(flipped, "flips").value).toBeCloseTo(0.1, 9);
    expect(perToken(flipped, "kld").value).toBeCloseTo(0.01, 9);
    const [low, high] = perToken(flipped, "flips").ci95!;
    expect(low).toBe(0);
    expect(high).toBeGreaterThan(0.1);
    expect(perToken(flipped.slice(1, 2), "flips").ci95).toBeNull();
  });

  test("say how many more prompts would decide", () => {
    const own = answers([...times(6, 0.001), ...times(6, 0.03)]);
    expect(furtherPrompts(own)).toBeGreaterThan(12);
    expect(furtherPrompts(own, Math.expm1(0.0155)) ?? Number.POSITIVE_INFINITY).toBeGreaterThan(1e6);
    // At least as many as a verdict needs.
    expect(furtherPrompts(answers([0, 0, 0]))).toBe(fewestPrompts - 3);
    expect(furtherPrompts(answers([0]))).toBe(fewestPrompts - 1);
  });
});

test("shuffling keeps every value, and always does the same", () => {
  const values = Array.from({ length: 50 }, (_, index) => index);
  const order = shuffled(values);
  expect(order).not.toEqual(values);
  expect(order.toSorted((a, b) => a - b)).toEqual(values);
  expect(shuffled(values)).toEqual(order);
});
