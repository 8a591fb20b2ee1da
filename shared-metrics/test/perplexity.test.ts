import { describe, expect, test } from "vitest";
import { perplexity } from "../src/index.ts";
import { block, model, program, scoreBlock, scores } from "./support/blocks.ts";

const nll = (values: readonly number[], tokens?: number) => [scoreBlock({ scores: scores(values, tokens) })];

describe("perplexity", () => {
  test("weighs tokens, not chunks: exp((30 + 50) / (30 + 10))", () => {
    const [many] = scores([30], 30).chunks;
    const [few] = scores([50], 10).chunks;
    const both = scoreBlock({ scores: { ...scores([]), chunks: [many!, few!] } });
    expect(perplexity.summarise([both]).value).toBeCloseTo(Math.exp(2), 12);
  });

  test("has an interval over chunks that holds it, and each chunk's own value", () => {
    const metric = perplexity.summarise(nll([255, 2 * 255, 3 * 255]));
    expect(metric).toMatchObject({ statistic: "mean", value: expect.closeTo(Math.exp(2), 9) });
    if (metric.value === null) throw new Error("no value");
    expect(metric.values.map(Math.log)).toEqual([1, 2, 3].map((each) => expect.closeTo(each, 9)));
    expect(metric.ci95![0]).toBeLessThan(metric.value);
    expect(metric.ci95![1]).toBeGreaterThan(metric.value);
    expect(perplexity.summarise(nll([255]))).toMatchObject({ ci95: null });
  });

  test("is compared chunk by chunk: a steady cost of 0.02 nats a token is told among chunks that differ by far more", () => {
    const base = [300, 500, 700, 400, 900];
    const effect = perplexity.compare(nll(base), nll(base.map((value) => value + 0.02 * 255)))!;
    expect(effect.ratio).toBeCloseTo(Math.exp(0.02), 9);
    expect(effect.ci95.map(Math.log)).toEqual([expect.closeTo(0.02, 9), expect.closeTo(0.02, 9)]);
    expect(effect).toMatchObject({ claim: "more" });
    expect(perplexity.compare(nll(base), nll(base))).toMatchObject({ ratio: 1, claim: "none" });
  });

  test("is not compared between texts or tokenisations", () => {
    expect(perplexity.compare(nll([1, 2]), nll([1, 2, 3]))).toBeNull();
    expect(perplexity.compare(nll([1, 2]), nll([1, 2], 200))).toBeNull();
    const other = [scoreBlock({ scores: { ...scores([1, 2]), textSha256: "bb" } })];
    expect(perplexity.compare(nll([1, 2]), other)).toBeNull();
    expect(Math.log(perplexity.compare(nll([255, 255]), nll([510, 255]))!.ratio)).toBeCloseTo(0.5, 12);
  });

  test("is null for random weights and for an API without logits, with the reason", () => {
    const random = scoreBlock({ model: { ...model, synthetic: true }, scores: scores([1]) });
    expect(perplexity.summarise([random])).toMatchObject({
      value: null,
      reason: "the weights are random, so quality means nothing",
    });
    expect(perplexity.summarise([scoreBlock()])).toMatchObject({
      value: null,
      reason: "this API shows no logits; see the engine arm of the same file",
    });
    expect(perplexity.compare([scoreBlock()], nll([1, 2]))).toBeNull();
    const broke = scoreBlock({ reason: "not observed: text-scores: no text" });
    expect(perplexity.summarise([block(), broke])).toMatchObject({
      reason: "not observed: text-scores: no text",
    });
  });

  test("is found among the arm's other blocks", () => {
    const blocks = [block(), scoreBlock({ scores: scores([255, 255]) }), block({ index: 1 })];
    expect(perplexity.summarise(blocks).value).toBeCloseTo(Math.E, 9);
  });

  test("is what a program prints, as it is, and compares with another program's alone", () => {
    const printed = (value: number) => [program({ perplexity: [value] })];
    expect(perplexity.summarise(printed(8.5))).toEqual({
      unit: "perplexity",
      statistic: "exact",
      value: 8.5,
      ci95: null,
      values: [8.5],
    });
    expect(perplexity.compare(printed(8), printed(10))).toMatchObject({ ratio: 1.25, ci95: [1.25, 1.25] });
    expect(perplexity.compare(nll([255, 255]), printed(8))).toBeNull();
    expect(perplexity.summarise([program({})])).toMatchObject({ reason: "the program does not tell" });
  });
});
