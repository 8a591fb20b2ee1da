import fc from "fast-check";
import { uniformFloat64 } from "pure-rand/distribution/uniformFloat64";
import { xoroshiro128plus } from "pure-rand/generator/xoroshiro128plus";
import { describe, expect, test } from "vitest";
import { coldLoadMs, decodeTps, loadMs, modelBytes } from "../src/index.ts";
import { block, decodeBlocks, model } from "./support/blocks.ts";

/** Normal values by Box and Muller's transform, the same ones for the same seed. */
function normal(seed: number): () => number {
  const generator = xoroshiro128plus(seed);
  const uniform = () => uniformFloat64(generator);
  return () => Math.sqrt(-2 * Math.log(1 - uniform())) * Math.cos(2 * Math.PI * uniform());
}

/** Share of simulated runs of so many arms, and five blocks each, that claim something of the second arm against the first. */
function claimRate(noise: number, ratio: number, arms: number): number {
  const draw = normal(7);
  const rates = (level: number) => Array.from({ length: 5 }, () => level * Math.exp(noise * draw()));
  const claims = Array.from({ length: 400 }, () => {
    const others = Array.from({ length: arms - 2 }, () => decodeBlocks(rates(50)));
    return decodeTps.compare(decodeBlocks(rates(100)), decodeBlocks(rates(100 * ratio)), others);
  });
  return claims.filter((effect) => effect?.claim !== "none").length / claims.length;
}

describe("a claim", () => {
  test("is rare between an arm and itself, whatever the noise and however many arms there are", () => {
    for (const arms of [2, 4, 9]) {
      expect(claimRate(0.002, 1, arms)).toBeLessThan(0.03);
      expect(claimRate(0.1, 1, arms)).toBeLessThan(0.03);
    }
  });

  test("is made nearly always of 10% against 2% of noise, and more often the more arms tell how noisy blocks are", () => {
    expect(claimRate(0.02, 1.1, 4)).toBeGreaterThan(0.95);
    expect(claimRate(0.03, 1.1, 9)).toBeGreaterThan(claimRate(0.03, 1.1, 2) + 0.2);
  });

  test("says the direction, and swapping the arms turns it round", () => {
    const [slow, fast] = [decodeBlocks([100, 101, 99]), decodeBlocks([200, 201, 199])];
    const effect = decodeTps.compare(slow, fast)!;
    expect(effect.claim).toBe("more");
    expect(effect.ratio).toBeCloseTo(2, 3);
    expect(decodeTps.compare(fast, slow)!.claim).toBe("less");
  });

  test("needs the interval clear of 1", () => {
    const effect = decodeTps.compare(decodeBlocks([100, 100, 100]), decodeBlocks([100, 100, 140]))!;
    expect(effect.ci95[0]).toBeLessThan(1);
    expect(effect.claim).toBe("none");
    // Two pairs that agree on 4%, but Student's t of one degree of freedom is 12.7.
    expect(decodeTps.compare(decodeBlocks([100, 101]), decodeBlocks([106, 104]))!.claim).toBe("none");
  });

  test("needs the 99% interval clear of 1, too: a run compares dozens of times", () => {
    const effect = decodeTps.compare(decodeBlocks([100, 100, 100]), decodeBlocks([104, 106, 109]))!;
    expect(effect.ci95[0]).toBeGreaterThan(1);
    expect(effect.claim).toBe("none");
  });

  test("is made of what the arms of a round share no less than of a calm run", () => {
    // Both arms swing by 20% together, and the pairs agree on 5%.
    const swing = [100, 120, 101, 119, 100];
    const faster = swing.map((rate, index) => rate * [1.05, 1.049, 1.051, 1.05, 1.05][index]!);
    expect(decodeTps.compare(decodeBlocks(swing), decodeBlocks(faster))!.claim).toBe("more");
  });

  test("of a ratio does not depend on the speed of the machine", () => {
    const rates = fc.array(fc.double({ min: 1, max: 500, noNaN: true }), { minLength: 3, maxLength: 5 });
    fc.assert(
      fc.property(rates, fc.double({ min: 0.1, max: 10, noNaN: true }), (values, factor) => {
        const other = values.toReversed();
        const effect = decodeTps.compare(decodeBlocks(values), decodeBlocks(other))!;
        const faster = decodeTps.compare(
          decodeBlocks(values.map((value) => value * factor)),
          decodeBlocks(other.map((value) => value * factor)),
        )!;
        expect(faster.ratio).toBeCloseTo(effect.ratio, 6);
        expect(Math.log(faster.ci95[1])).toBeCloseTo(Math.log(effect.ci95[1]), 6);
      }),
      { numRuns: 50 },
    );
  });
});

describe("pairs", () => {
  test("are blocks of the same index, in whatever order they come", () => {
    const baseline = decodeBlocks([100, 200, 400]);
    const arm = decodeBlocks([110, 220, 440]).toReversed();
    expect(decodeTps.compare(baseline, arm)!.ratio).toBeCloseTo(1.1, 9);
    const { ci95 } = decodeTps.compare(baseline, arm)!;
    expect(ci95[1] - ci95[0]).toBeLessThan(1e-9);
  });

  test("leave out an index that one side lacks, and two are the least", () => {
    const arm = decodeBlocks([110, 220, 440]);
    const baseline = decodeBlocks([100, 200, 400]);
    expect(decodeTps.compare(baseline.slice(1), arm)!.ratio).toBeCloseTo(1.1, 9);
    expect(decodeTps.compare(baseline.slice(2), arm)).toBeNull();
    const failed = baseline.map((each) => ({ ...each, status: "failed" as const }));
    expect(decodeTps.compare(failed, arm)).toBeNull();
  });

  test("of loads leave the cold one out, and one cold load makes no claim", () => {
    const loads = (times: readonly number[], cold: boolean) =>
      times.map((loadMs, index) => block({ index, loadMs, coldStart: cold && index === 0 }));
    const [baseline, arm] = [loads([900, 20, 20, 20], true), loads([50, 10, 10, 10], false)];
    expect(loadMs.compare(baseline, arm)!.ratio).toBeCloseTo(0.5, 9);
    expect(coldLoadMs.compare(baseline, arm)).toBeNull();
  });
});

test("a fact of the file is claimed at any inequality, without an interval", () => {
  const sized = (bytes: number) => [block({ model: { ...model, bytes } })];
  expect(modelBytes.compare(sized(1000), sized(1001))).toEqual({
    ratio: 1.001,
    ci95: [1.001, 1.001],
    claim: "more",
  });
  expect(modelBytes.compare(sized(1000), sized(999))!.claim).toBe("less");
  expect(modelBytes.compare(sized(1000), sized(1000))!.claim).toBe("none");
  expect(modelBytes.compare(sized(1000), [block({ model: null })])).toBeNull();
  expect(modelBytes.compare(sized(0), sized(1000))).toBeNull();
});
