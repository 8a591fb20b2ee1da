import fc from "fast-check";
import { describe, expect, test } from "vitest";
import {
  bootstrapInterval,
  driftOver,
  geometricMean,
  median,
  medianInterval,
  noiseFloor,
  outlierFlags,
  pairedLogRatio,
  percentile,
  RESAMPLES,
  studentCritical95,
  wilsonInterval,
} from "../src/index.ts";

const positive = fc.double({ min: 0.001, max: 1e6, noNaN: true });
const sample = fc.array(positive, { minLength: 2, maxLength: 12 });

describe("percentile", () => {
  test("interpolates between order statistics as R's type 7 does", () => {
    expect(percentile([4, 1, 3, 2], 0.25)).toBe(1.75);
    expect(percentile([4, 1, 3, 2], 0.95)).toBeCloseTo(3.85, 12);
    expect(median([5, 1, 3])).toBe(3);
    expect(median([4, 1])).toBe(2.5);
  });

  test("lies within the sample, grows with the share and ignores the order", () => {
    fc.assert(
      fc.property(sample, fc.double({ min: 0, max: 1, noNaN: true }), (values, share) => {
        const value = percentile(values, share);
        expect(value).toBeGreaterThanOrEqual(Math.min(...values));
        expect(value).toBeLessThanOrEqual(Math.max(...values) * (1 + 1e-12));
        expect(percentile(values, share / 2)).toBeLessThanOrEqual(value * (1 + 1e-12));
        expect(percentile(values.toReversed(), share)).toBe(value);
      }),
    );
  });

  test("refuses an empty list and a share that is none", () => {
    expect(() => median([])).toThrow(RangeError);
    expect(() => percentile([1], 1.5)).toThrow(RangeError);
  });
});

describe("bootstrap", () => {
  test("holds the median, stays within the sample and gives the same bytes again", () => {
    fc.assert(
      fc.property(sample, (values) => {
        const [low, high] = medianInterval(values)!;
        expect(low).toBeLessThanOrEqual(median(values));
        expect(high).toBeGreaterThanOrEqual(median(values));
        expect(low).toBeGreaterThanOrEqual(Math.min(...values));
        expect(high).toBeLessThanOrEqual(Math.max(...values));
        expect(medianInterval(values)).toEqual([low, high]);
      }),
      { numRuns: 30 },
    );
  });

  test("with five values runs from the lowest to the highest: 5.8% of resamples have either as their median", () => {
    expect(medianInterval([3, 1, 2, 5, 4])).toEqual([1, 5]);
  });

  test("of a mean of many comes near the normal interval", () => {
    const values = Array.from({ length: 400 }, (_, index) => index % 2);
    const [low, high] = bootstrapInterval(400, (drawn) => drawn.reduce((a, i) => a + values[i]!, 0) / 400)!;
    // 0.5 ± 1.96 · 0.5 / 20
    expect(low).toBeCloseTo(0.451, 2);
    expect(high).toBeCloseTo(0.549, 2);
  });

  test("draws at least 2000 times, and never from a single unit", () => {
    let draws = 0;
    bootstrapInterval(3, () => ++draws);
    expect(draws).toBe(RESAMPLES);
    expect(RESAMPLES).toBeGreaterThanOrEqual(2000);
    expect(medianInterval([7])).toBeNull();
  });
});

test("Student's critical values are those of the tables", () => {
  const table = [
    [1, 12.7062],
    [2, 4.3027],
    [3, 3.1824],
    [4, 2.7764],
    [9, 2.2622],
    [30, 2.0423],
    [1000, 1.9623],
  ] as const;
  for (const [degrees, critical] of table) expect(studentCritical95(degrees)).toBeCloseTo(critical, 4);
  expect(() => studentCritical95(0)).toThrow(RangeError);
});

describe("Wilson's interval", () => {
  test("is what the formula gives by hand", () => {
    // Newcombe 1998, table I: 81/263, 15/148, 0/20 and 1/29.
    const cases = [
      [81, 263, 0.2553, 0.3662],
      [15, 148, 0.0624, 0.1605],
      [0, 20, 0, 0.1611],
      [1, 29, 0.0061, 0.1718],
    ] as const;
    for (const [right, of, low, high] of cases) {
      expect(wilsonInterval(right, of)[0]).toBeCloseTo(low, 4);
      expect(wilsonInterval(right, of)[1]).toBeCloseTo(high, 4);
    }
  });

  test("holds the share, stays within 0 and 1, and mirrors", () => {
    fc.assert(
      fc.property(fc.nat(200), fc.integer({ min: 1, max: 200 }), (a, n) => {
        const right = Math.min(a, n);
        const [low, high] = wilsonInterval(right, n);
        expect(low).toBeLessThanOrEqual(right / n);
        expect(high).toBeGreaterThanOrEqual(right / n);
        expect(low).toBeGreaterThanOrEqual(0);
        expect(high).toBeLessThanOrEqual(1);
        expect(wilsonInterval(n - right, n)[0]).toBeCloseTo(1 - high, 12);
      }),
    );
  });

  test("refuses shares that are none", () => {
    expect(() => wilsonInterval(1, 0)).toThrow(RangeError);
    expect(() => wilsonInterval(3, 2)).toThrow(RangeError);
  });
});

describe("geometric mean", () => {
  test("of 1, 4 and 16 is 4, and many large values do not overflow", () => {
    expect(geometricMean([1, 4, 16])).toBeCloseTo(4, 12);
    expect(geometricMean(Array.from({ length: 50 }, () => 1e300))).toBeCloseTo(1e300, -290);
    expect(() => geometricMean([1, 0])).toThrow(RangeError);
  });
});

describe("outliers", () => {
  test("are flagged, not dropped, and only when far out", () => {
    expect(outlierFlags([10, 10.1, 9.9, 10.2, 14])).toEqual([false, false, false, false, true]);
    expect(outlierFlags([10, 10.1, 9.9, 10.2, 10.4])).toEqual(Array(5).fill(false));
    expect(outlierFlags([10, 10, 10, 10, 10, 10, 10, 11])[7]).toBe(true);
    expect(outlierFlags([1, 1, 1, 1])).toEqual(Array(4).fill(false));
    expect(outlierFlags([10, 10.1, 14])).toEqual([false, false, false]);
  });
});

describe("paired log-ratio", () => {
  test("by hand: ln ratios 0.1, 0.2 and 0.3", () => {
    const { ratio, ci95 } = pairedLogRatio(
      [10, 20, 30],
      [10 * Math.exp(0.1), 20 * Math.exp(0.2), 30 * Math.exp(0.3)],
    )!;
    // s = 0.1, t(2) = 4.30265, reach = 0.1 · 4.30265 / √3 = 0.248414
    expect(Math.log(ratio)).toBeCloseTo(0.2, 12);
    expect(Math.log(ci95[0])).toBeCloseTo(-0.048414, 5);
    expect(Math.log(ci95[1])).toBeCloseTo(0.448414, 5);
  });

  test("does not depend on the unit, and swapping the arms inverts it", () => {
    const pairs = fc.array(fc.tuple(positive, positive), { minLength: 2, maxLength: 10 });
    fc.assert(
      fc.property(pairs, fc.double({ min: 0.01, max: 100, noNaN: true }), (both, factor) => {
        const [baseline, arm] = [both.map(([b]) => b), both.map(([, a]) => a)];
        const { meanLogRatio, ci95 } = pairedLogRatio(baseline, arm)!;
        const scaled = pairedLogRatio(
          baseline.map((value) => value * factor),
          arm.map((value) => value * factor),
        )!;
        expect(scaled.meanLogRatio).toBeCloseTo(meanLogRatio, 9);
        const swapped = pairedLogRatio(arm, baseline)!;
        expect(swapped.meanLogRatio).toBeCloseTo(-meanLogRatio, 9);
        expect(Math.log(swapped.ci95[0])).toBeCloseTo(-Math.log(ci95[1]), 6);
      }),
    );
  });

  test("needs two pairs of positive values", () => {
    expect(pairedLogRatio([1], [2])).toBeNull();
    expect(pairedLogRatio([1, 0], [2, 3])).toBeNull();
    expect(() => pairedLogRatio([1], [1, 2])).toThrow(RangeError);
  });
});

describe("A/A noise floor", () => {
  test("by hand: three blocks at ln 0, 0.1 and 0.4 differ by 0.1, 0.3 and 0.4", () => {
    const floor = noiseFloor([[1, Math.exp(0.1), Math.exp(0.4)]])!;
    // 95th percentile, type 7: position 0.95 · 2 = 1.9 between 0.3 and 0.4.
    expect(floor).toBeCloseTo(0.39, 12);
  });

  test("by hand: four blocks at ln 0, 0, 0 and 0.2 split three ways, always 0.1 apart", () => {
    expect(noiseFloor([[1, 1, 1, Math.exp(0.2)]])).toBeCloseTo(0.1, 12);
  });

  test("pools its groups without comparing them", () => {
    expect(
      noiseFloor([
        [5, 5, 5],
        [9, 9, 9],
      ]),
    ).toBe(0);
    expect(
      noiseFloor([
        [5, 5.5],
        [9, 9],
      ]),
    ).toBeCloseTo(0.95 * Math.log(1.1), 12);
  });

  test("does not depend on the unit, nor on the order up to twelve blocks", () => {
    fc.assert(
      fc.property(fc.array(positive, { minLength: 2, maxLength: 6 }), (values) => {
        const floor = noiseFloor([values])!;
        expect(noiseFloor([values.map((value) => value * 1000)])).toBeCloseTo(floor, 9);
        expect(noiseFloor([values.toReversed()])).toBeCloseTo(floor, 9);
      }),
      { numRuns: 50 },
    );
  });

  test("draws seeded splits when there are too many: the same floor each time, near the normal theory", () => {
    // ln values of ±0.01 in turn: two halves of 20 differ by a spread near 0.01 · √(1/20 + 1/20).
    const values = Array.from({ length: 40 }, (_, index) => Math.exp(index % 2 ? 0.01 : -0.01));
    const floor = noiseFloor([values])!;
    expect(noiseFloor([values])).toBe(floor);
    expect(floor).toBeGreaterThan(0.005);
    expect(floor).toBeLessThan(0.0075);
  });

  test("is unknown with one block an arm or without a logarithm", () => {
    expect(noiseFloor([[3], [4]])).toBeNull();
    expect(noiseFloor([[3, 0]])).toBeNull();
  });
});

describe("drift", () => {
  const points = (values: readonly number[], group = "a", offset = 0) =>
    values.map((value, index) => ({ group, position: 2 * index + offset, value }));

  test("finds a slope that two arms of different speed share", () => {
    const slope = (level: number, offset: number) =>
      [0, 1, 2, 3, 4].map((index) => level * Math.exp(-0.01 * (2 * index + offset)));
    const drift = driftOver([...points(slope(100, 0), "a", 0), ...points(slope(500, 1), "b", 1)])!;
    expect(drift.change).toBeCloseTo(Math.exp(-0.09) - 1, 9);
    expect(drift.significant).toBe(true);
  });

  test("is not significant when the values go up and down", () => {
    expect(driftOver(points([100, 110, 90, 108, 93, 101]))!.significant).toBe(false);
  });

  test("cannot be told from few blocks, or when every block has the same place", () => {
    expect(driftOver(points([100, 90, 80, 70]))).toBeNull();
    expect(driftOver([1, 2, 3, 4, 5, 6].map((value) => ({ group: "a", position: 1, value })))).toBeNull();
  });
});
