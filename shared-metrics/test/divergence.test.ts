import type { ChunkDivergence, ChunkScore } from "@quantlab/scoring";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import {
  bitsPerByte,
  divergenceStatistics,
  kldMax,
  kldMean,
  kldMedian,
  kldP99,
  percentile,
  pooledQuantile,
  rmsDeltaP,
  tokenPerplexity,
  topTokenAgreement,
} from "../src/index.ts";
import { scoreBlock, scores } from "./support/blocks.ts";

describe("a pooled quantile", () => {
  test("is that of all drawn values, by the same definition", () => {
    const groups = fc.array(
      fc.array(fc.double({ min: 0, max: 9, noNaN: true }), { minLength: 1, maxLength: 6 }),
      {
        minLength: 1,
        maxLength: 5,
      },
    );
    fc.assert(
      fc.property(
        groups,
        fc.array(fc.nat(4), { minLength: 1 }),
        fc.double({ min: 0, max: 1, noNaN: true }),
        (values, picks, share) => {
          const drawn = picks.map((pick) => pick % values.length);
          const plain = percentile(
            drawn.flatMap((group) => values[group]!),
            share,
          );
          expect(pooledQuantile(values, share)(drawn)).toBeCloseTo(plain, 9);
        },
      ),
    );
  });

  test("refuses groups without values", () => {
    expect(() => pooledQuantile([[], []], 0.5)).toThrow(RangeError);
  });
});

describe("the metrics of divergence", () => {
  const chunk = (kld: readonly number[], more: Partial<ChunkDivergence> = {}, nll = 10): ChunkScore => ({
    tokens: kld.length,
    bytes: 3 * kld.length,
    negativeLogLikelihood: nll,
    divergence: { kld, sameTop: kld.length, squaredDeltaP: 0, ...more },
  });
  const arm = (chunks: readonly ChunkScore[], reference = "f16") => [
    scoreBlock({ scores: { ...scores([]), reference, chunks } }),
  ];

  test("by hand, over the tokens of all chunks", () => {
    const blocks = arm([
      chunk([0.1, 0.3, 0.2, 0.4], { sameTop: 3, squaredDeltaP: 0.04 }),
      chunk([1, 0], { sameTop: 0, squaredDeltaP: 0.5 }),
    ]);
    expect(kldMean.summarise(blocks).value).toBeCloseTo(2 / 6, 12);
    expect(kldMedian.summarise(blocks)).toMatchObject({
      value: expect.closeTo(0.25, 12),
      statistic: "median",
    });
    expect(kldP99.summarise(blocks).value).toBeCloseTo(0.4 + 0.6 * 0.95, 9);
    expect(kldMax.summarise(blocks)).toMatchObject({ value: 1, ci95: null, values: [0.4, 1] });
    expect(topTokenAgreement.summarise(blocks)).toMatchObject({ value: 0.5, values: [0.75, 0] });
    expect(rmsDeltaP.summarise(blocks).value).toBeCloseTo(0.3, 12);
    // 20 nats over 18 bytes.
    expect(bitsPerByte.summarise(blocks).value).toBeCloseTo(20 / Math.LN2 / 18, 12);
  });

  test("have intervals over chunks that hold the value", () => {
    const metric = kldMean.summarise(arm([chunk([0.1, 0.2]), chunk([0.3, 0.4]), chunk([0.5, 0.7])]));
    if (metric.value === null || metric.ci95 === null) throw new Error("no interval");
    expect(metric.ci95[0]).toBeCloseTo(0.15, 1);
    expect(metric.ci95[0]).toBeLessThan(metric.value);
    expect(metric.ci95[1]).toBeGreaterThan(metric.value);
  });

  test("compare arms chunk by chunk: twice the divergence in every chunk is twice the mean, for sure", () => {
    const [one, two] = [arm([chunk([0.1]), chunk([0.5])]), arm([chunk([0.2]), chunk([1])])];
    expect(kldMean.compare(one, two)).toEqual({
      ratio: expect.closeTo(2, 9),
      ci95: [expect.closeTo(2, 9), expect.closeTo(2, 9)],
      claim: "more",
    });
    expect(kldMax.compare(one, two)).toBeNull();
    // Nothing is a multiple of the reference's 0, and other references give other divergences.
    expect(kldMean.compare(arm([chunk([0]), chunk([0])]), two)).toBeNull();
    expect(kldMean.compare(one, arm([chunk([0.2]), chunk([1])], "q8"))).toBeNull();
  });

  test("are null with the reason where the text was scored without a reference", () => {
    expect(kldMean.summarise([scoreBlock({ scores: scores([1]) })])).toMatchObject({
      value: null,
      reason: "the text was scored without a reference",
    });
    const failed = scoreBlock({ scores: scores([1]), reason: "not observed: divergence: too large" });
    expect(kldMean.summarise([failed])).toMatchObject({ reason: "not observed: divergence: too large" });
  });
});

describe("the figures of llama-perplexity", () => {
  test("by hand: losses of ln 2 and ln 8 are a perplexity of 4, with an error of 4 ln 2", () => {
    const { value, error } = tokenPerplexity(Float64Array.of(-Math.LN2, -3 * Math.LN2));
    expect(value).toBeCloseTo(4, 12);
    // Half the variance of two values 2 ln 2 apart: (ln 2)² / (2 − 1).
    expect(error).toBeCloseTo(4 * Math.LN2, 12);
  });

  test("against a reference, by hand", () => {
    const found = divergenceStatistics({
      logProbability: Float64Array.of(Math.log(0.5), Math.log(0.25)),
      referenceLogProbability: Float64Array.of(Math.log(0.25), Math.log(0.25)),
      kld: Float64Array.of(0.3, 0.1),
      kldWithCut: Float64Array.of(0.2, 0.1),
      sameTop: Uint8Array.of(1, 0),
    });
    expect(found.referencePerplexity).toEqual({ value: expect.closeTo(4, 12), error: 0 });
    // ln(ratio) of the two tokens: −ln 2 and 0.
    expect(found.lnPerplexityRatio.value).toBeCloseTo(-Math.LN2 / 2, 12);
    expect(found.lnPerplexityRatio.error).toBeCloseTo(Math.LN2 / 2, 12);
    expect(found.kld).toMatchObject({
      mean: { value: expect.closeTo(0.2, 12), error: expect.closeTo(0.1, 12) },
      median: expect.closeTo(0.2, 12),
      p90: expect.closeTo(0.28, 12),
      max: 0.3,
      min: 0.1,
    });
    expect(found.kldWithCut.mean.value).toBeCloseTo(0.15, 12);
    expect(found.meanDeltaP).toEqual({ value: expect.closeTo(0.125, 12), error: expect.closeTo(0.125, 12) });
    // The squares are 1/16 and 0: 1/32 ± 1/32, and the root's error is that over twice the root.
    expect(found.rmsDeltaP.value).toBeCloseTo(0.25 / Math.SQRT2, 12);
    expect(found.rmsDeltaP.error).toBeCloseTo(1 / 32 / (0.5 / Math.SQRT2), 12);
    expect(found.topTokenAgreement).toEqual({ value: 0.5, error: 0.5 });
  });
});
