import type { Metric } from "@quantlab/core";
import { describe, expect, test } from "vitest";
import { effectBetweenRuns, unpairedLogRatio } from "../src/index.ts";
import { normal } from "./support/normal.ts";

/** Hours of sleep that two drugs added: Student's own data (1908), as R's `sleep` has them. */
const sleep = [
  [0.7, -1.6, -0.2, -1.2, -0.1, 3.4, 3.7, 0.8, 0, 2],
  [1.9, 0.8, 1.1, 0.1, -0.1, 4.4, 5.5, 1.6, 4.6, 3.4],
] as const;

describe("the ratio of two groups that nothing pairs", () => {
  test("has Welch's interval, with degrees of freedom rounded down", () => {
    const [one, other] = sleep.map((hours) => hours.map(Math.exp));
    const { ratio, interval } = unpairedLogRatio(one!, other!)!;
    expect(Math.log(ratio)).toBeCloseTo(1.58, 9);
    // R's t.test(extra ~ group): t = -1.8608 with 17.776 degrees; of 17 the critical value is 2.1098.
    const reach = (1.58 / 1.8608) * 2.1098;
    expect(Math.log(interval[0])).toBeCloseTo(1.58 - reach, 3);
    expect(Math.log(interval[1])).toBeCloseTo(1.58 + reach, 3);
  });

  test("covers the truth in 95 of 100, whatever the two differ in", () => {
    const draw = normal(11);
    const group = (count: number, level: number, noise: number) =>
      Array.from({ length: count }, () => level * Math.exp(noise * draw()));
    const covered = Array.from({ length: 2000 }, () => {
      const { interval } = unpairedLogRatio(group(5, 100, 0.01), group(12, 80, 0.05))!;
      return interval[0] <= 0.8 && 0.8 <= interval[1];
    }).filter(Boolean).length;
    expect(covered / 2000).toBeGreaterThan(0.94);
    expect(covered / 2000).toBeLessThan(0.98);
  });

  test("needs two positive values on either side, and is exact without any spread", () => {
    expect(unpairedLogRatio([1], [1, 2])).toBeNull();
    expect(unpairedLogRatio([1, 2], [0, 2])).toBeNull();
    expect(unpairedLogRatio([2, 2], [3, 3])).toEqual({
      ratio: expect.closeTo(1.5, 9),
      interval: [expect.closeTo(1.5, 9), expect.closeTo(1.5, 9)],
    });
  });
});

describe("an effect between two runs", () => {
  const figure = (
    statistic: "median" | "mean" | "exact",
    values: readonly number[],
    unit = "tok/s",
  ): Metric => ({
    unit,
    statistic,
    value: values[0]!,
    ci95: null,
    values,
  });

  test("compares what was timed by its blocks, and facts as facts", () => {
    const [slow, fast] = [figure("median", [100, 101, 99]), figure("median", [150, 151, 149])];
    expect(effectBetweenRuns(slow, fast)).toMatchObject({ ratio: expect.closeTo(1.5, 3), claim: "more" });
    expect(effectBetweenRuns(figure("exact", [4]), figure("exact", [3]))).toMatchObject({
      ratio: 0.75,
      ci95: [0.75, 0.75],
      claim: "less",
    });
  });

  test("is none where units differ, a figure is missing, or pairs are needed", () => {
    const counted = figure("median", [100, 101], "bytes PSS");
    expect(effectBetweenRuns(counted, figure("median", [100, 101], "bytes RSS"))).toBeNull();
    expect(effectBetweenRuns(counted, { unit: "bytes PSS", value: null, reason: "not sampled" })).toBeNull();
    expect(effectBetweenRuns(figure("mean", [1, 2]), figure("mean", [1, 2]))).toBeNull();
    expect(effectBetweenRuns(figure("exact", [1]), figure("median", [1, 2]))).toBeNull();
  });
});
