import fc from "fast-check";
import { describe, expect, test } from "vitest";
import {
  bootstrapInterval,
  digamma,
  driftOver,
  geometricMean,
  median,
  medianInterval,
  moderatedVariance,
  outlierFlags,
  pairedLogs,
  percentile,
  RESAMPLES,
  studentCritical,
  trigamma,
  trigammaInverse,
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
  for (const [degrees, critical] of table) expect(studentCritical(0.95, degrees)).toBeCloseTo(critical, 4);
  // Of 99%, by the same tables.
  for (const [degrees, critical] of [
    [1, 63.6567],
    [4, 4.6041],
    [12, 3.0545],
  ] as const)
    expect(studentCritical(0.99, degrees)).toBeCloseTo(critical, 4);
  expect(() => studentCritical(0.95, 0)).toThrow(RangeError);
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

const rounds = (values: readonly number[]) => new Map(values.map((value, round) => [round, value]));
/** Arms whose ln values are these. */
const logs = (...arms: readonly (readonly number[])[]) => arms.map((arm) => rounds(arm.map(Math.exp)));

describe("paired logarithms", () => {
  test("by hand: ln ratios 0.1, 0.2 and 0.3, and a round that only one of them has", () => {
    const [baseline, arm] = logs([1, 2, 3], [1.1, 2.2, 3.3, 9]);
    const paired = pairedLogs(baseline!, arm!)!;
    expect(paired.mean).toBeCloseTo(0.2, 12);
    expect(paired.variance).toBeCloseTo(0.01, 12);
    expect(paired.rounds).toBe(3);
  });

  test("do not depend on the unit, and swapping the arms turns them round", () => {
    const pairs = fc.array(fc.tuple(positive, positive), { minLength: 2, maxLength: 10 });
    fc.assert(
      fc.property(pairs, fc.double({ min: 0.01, max: 100, noNaN: true }), (both, factor) => {
        const [baseline, arm] = [both.map(([b]) => b), both.map(([, a]) => a)];
        const { mean, variance } = pairedLogs(rounds(baseline), rounds(arm))!;
        const scaled = (values: readonly number[]) => rounds(values.map((value) => value * factor));
        expect(pairedLogs(scaled(baseline), scaled(arm))!.mean).toBeCloseTo(mean, 9);
        const swapped = pairedLogs(rounds(arm), rounds(baseline))!;
        expect(swapped.mean).toBeCloseTo(-mean, 9);
        expect(swapped.variance).toBeCloseTo(variance, 9);
      }),
    );
  });

  test("need two rounds of positive values", () => {
    expect(pairedLogs(rounds([1]), rounds([2, 4]))).toBeNull();
    expect(pairedLogs(rounds([1, 0]), rounds([2, 3]))).toBeNull();
  });
});

describe("the variance that a comparison is judged by", () => {
  const moderated = (arms: readonly ReadonlyMap<number, number>[]) =>
    moderatedVariance(pairedLogs(arms[0]!, arms[1]!)!, arms);

  test("of two arms alone is their own", () => {
    const { variance, degrees } = moderated(logs([0, 0, 0], [0.1, 0.2, 0.3]));
    expect(variance).toBeCloseTo(0.01, 12);
    expect(degrees).toBe(2);
  });

  test("of arms that are as noisy as each other is that of the table of arms × rounds", () => {
    // Arms and rounds have the same mean each, so what is left is six values of ±0.1 on (3 − 1) · (3 − 1) degrees; a ratio
    // of two arms has twice the variance of one.
    const { variance, degrees } = moderated(logs([0.1, -0.1, 0], [-0.1, 0, 0.1], [0, 0.1, -0.1]));
    expect(variance).toBeCloseTo((2 * 0.06) / 4, 12);
    expect(degrees).toBe(4);
  });

  test("is not changed by what all arms of a round share", () => {
    const shared = [0, 0.5, -0.2];
    const [calm, drifting] = [0, 1].map((times) =>
      moderated(
        logs(
          ...[
            [0.1, -0.1, 0],
            [-0.1, 0, 0.1],
            [0, 0.1, -0.1],
          ].map((arm) => arm.map((log, round) => log + times * shared[round]!)),
        ),
      ),
    );
    expect(drifting!.variance).toBeCloseTo(calm!.variance, 12);
  });

  test("has a degree less for each block that is missing, and counts no arm without two", () => {
    const [a, b, c] = logs([0.1, -0.1, 0, 0.1], [-0.1, 0, 0.1, 0], [0, 0.1, -0.1, 0]);
    const [whole] = [moderated([a!, b!, c!])];
    expect(whole.degrees).toBe(6);
    const cut = new Map([...c!].slice(0, 3));
    expect(moderated([a!, b!, cut]).degrees).toBe(5);
    const [single, broken] = [new Map([[0, 1]]), rounds([1, 0, 1, 1])];
    expect(moderated([a!, b!, c!, single, broken])).toEqual(whole);
  });

  test("lies nearer to a pair's own where arms differ widely in noise", () => {
    const quiet = [
      [0.01, -0.01, 0, 0.01, -0.01],
      [-0.01, 0, 0.01, 0.01, 0],
      [0, 0.01, -0.01, 0, 0.01],
    ];
    const wild = [0.4, -0.5, 0.3, -0.2, 0.1];
    const ofTable = moderated(logs(...quiet)).variance;
    const [calmPair, wildPair] = [moderated(logs(...quiet, wild)), moderated(logs(wild, ...quiet))];
    // One variance for all would be 50 times that of the quiet arms, and a third of what the wild one has.
    expect(calmPair.variance).toBeLessThan(5 * ofTable);
    const own = pairedLogs(...(logs(wild, quiet[0]!) as [never, never]))!;
    expect(wildPair.variance).toBeGreaterThanOrEqual(own.variance);
    expect(wildPair.degrees).toBeLessThan(12);
  });

  test("of values that are nearly all the same is a pair's own", () => {
    expect(moderated(logs([0, 0, 0], [0, 0, 0], [0, 0, 0]))).toEqual({ variance: 0, degrees: 2 });
    const [a, b] = logs([0, 0, 0], [0, 0, 0.3]);
    expect(moderatedVariance(pairedLogs(a!, b!)!, [a!, b!, a!, a!, a!]).variance).toBeCloseTo(0.03, 12);
  });
});

test("digamma, trigamma and its inverse have their known values", () => {
  expect(digamma(1)).toBeCloseTo(-0.5772156649015, 11);
  expect(digamma(0.5)).toBeCloseTo(-1.9635100260214, 11);
  expect(trigamma(1)).toBeCloseTo(Math.PI ** 2 / 6, 11);
  expect(trigamma(0.5)).toBeCloseTo(Math.PI ** 2 / 2, 11);
  for (const x of [0.1, 1, 3.7, 250]) expect(trigammaInverse(trigamma(x)) / x).toBeCloseTo(1, 9);
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
