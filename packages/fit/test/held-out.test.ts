import { forecastHostBytes } from "@quantlab/core";
import { describe, expect, test } from "vitest";
import { coverage, heldOut, memory, type Observation, predictor, speed } from "../src/index.ts";
import { forecast, normal, observation, randomNumbers } from "./made-up.ts";

const mebibyte = 2 ** 20;
const base = 125 * mebibyte;

/** Twelve arms of a shape whose memory is what was worked out, `base`, and some noise. */
function armsOf(shape: string, size: number, random: () => number): Observation[] {
  return Array.from({ length: 12 }, (_, arm) => {
    const weights = (size / (1 + (arm % 4))) * mebibyte;
    const cache = (10 + 30 * (arm % 3)) * mebibyte;
    const own = forecast({ buffers: { CPU: { weights, cache, compute: 8e6 } }, mappedBytes: weights });
    const memoryBytes = (base + forecastHostBytes(own)) * Math.exp(0.01 * normal(random));
    return observation({ shape, arm: String(arm), forecast: own, memoryBytes });
  });
}

describe("memory", () => {
  test("is what was worked out and what the process takes for itself, learnt from other shapes", () => {
    const random = randomNumbers(1);
    const all = [...armsOf("small", 100, random), ...armsOf("large", 900, random)];
    const cases = heldOut(memory, all);
    expect(cases).toHaveLength(24);
    for (const { measured, predicted } of cases)
      expect(Math.abs(predicted / measured - 1)).toBeLessThan(0.05);
  });

  test("has intervals that hold 9 of 10 shapes that had no part in them", () => {
    let [held, judged] = [0, 0];
    for (let seed = 1; seed <= 60; seed++) {
      const random = randomNumbers(seed * 7919);
      const all = [100, 300, 900, 2000].flatMap((size) => armsOf(`of ${size}`, size, random));
      const cases = heldOut(memory, all);
      held += coverage(cases)! * cases.length;
      judged += cases.length;
    }
    expect(held / judged).toBeGreaterThan(0.85);
    expect(held / judged).toBeLessThan(0.95);
  });

  test("has no interval from a single other shape, and nothing to hold out of one alone", () => {
    const random = randomNumbers(3);
    const two = [...armsOf("a", 100, random), ...armsOf("b", 900, random)];
    expect(heldOut(memory, two).every(({ interval }) => interval === null)).toBe(true);
    expect(coverage(heldOut(memory, two))).toBeNull();
    expect(heldOut(memory, armsOf("a", 100, random))).toEqual([]);
    expect(predictor(memory, [])({ forecast: forecast(), copySpeed: null })).toMatchObject({ value: null });
  });
});

describe("speed", () => {
  const perByte: Readonly<Record<string, number>> = { F16: 0.6, Q8_0: 0.7, Q4_K: 1.1 };
  const perLayer = 200_000;

  /** Decoded at made-up costs of types and layers, in bytes that a core copies meanwhile. */
  function decoded(shape: string, layers: number, type: string, size: number): Observation {
    const own = forecast({
      layers,
      reads: { [type]: size * mebibyte },
      buffers: { CPU: { weights: size * mebibyte, cache: 0, compute: 1 } },
    });
    const copied = size * mebibyte * perByte[type]! + layers * perLayer;
    return observation({ shape, arm: type, forecast: own, tokensPerSecond: 10e9 / copied });
  }

  const all = [
    ...["F16", "Q8_0", "Q4_K"].map((type, index) => decoded("a", 24, type, 900 / (1 + index))),
    ...["F16", "Q8_0", "Q4_K"].map((type, index) => decoded("b", 30, type, 400 / (1 + index))),
    ...["F16", "Q8_0", "Q4_K"].map((type, index) => decoded("c", 28, type, 3000 / (1 + index))),
  ];

  test("is learnt by type and layer, and foretold for a shape that had no part in it", () => {
    for (const { measured, predicted } of heldOut(speed, all))
      expect(Math.abs(predicted / measured - 1)).toBeLessThan(0.05);
  });

  test("goes with the memory of the machine that it is asked for", () => {
    const predict = predictor(speed, all);
    const [slow, fast] = [5e9, 10e9].map((copySpeed) => predict({ forecast: all[0]!.forecast, copySpeed }));
    expect(fast!.value! / slow!.value!).toBeCloseTo(2);
  });

  test("is not foretold where nothing tells: small weights, types never seen, a machine not measured", () => {
    const predict = predictor(speed, all);
    const small = forecast({ reads: { Q8_0: 5 * mebibyte }, buffers: {} });
    const unseen = forecast({ reads: { IQ3_S: 500 * mebibyte } });
    expect(predict({ forecast: small, copySpeed: 1e9 })).toMatchObject({
      value: null,
      reason: expect.stringMatching(/caches/),
    });
    expect(predict({ forecast: unseen, copySpeed: 1e9 })).toMatchObject({
      value: null,
      reason: expect.stringMatching(/IQ3_S/),
    });
    expect(predict({ forecast: all[0]!.forecast, copySpeed: null })).toMatchObject({ value: null });
  });
});
