import type { LogitRows } from "@quantlab/core";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { logProbability } from "../src/kernel/log-softmax.ts";
import { CHUNK_SIZE, chunksOf } from "../src/texts/chunks.ts";
import { reduceRows } from "../src/texts/sequence-score.ts";

describe("log-probability", () => {
  test("by hand: logits 0, ln 2 and ln 5 are odds of 1, 2 and 5", () => {
    const row = Float32Array.of(99, 0, Math.log(2), Math.log(5), 99);
    expect(logProbability(row, 1, 3, 0)).toBeCloseTo(Math.log(1 / 8), 6);
    expect(logProbability(row, 1, 3, 2)).toBeCloseTo(Math.log(5 / 8), 6);
  });

  test("does not overflow, and a shifted row is the same distribution", () => {
    const logits = fc.array(fc.float({ min: -100, max: 100, noNaN: true }), { minLength: 1, maxLength: 20 });
    fc.assert(
      fc.property(logits, fc.nat(19), (values, pick) => {
        const token = pick % values.length;
        const log = logProbability(Float32Array.from(values), 0, values.length, token);
        expect(log).toBeLessThanOrEqual(1e-6);
        const shifted = Float32Array.from(values, (value) => value + 1024);
        expect(logProbability(shifted, 0, values.length, token)).toBeCloseTo(log, 3);
        const total = values.reduce(
          (sum, _, each) => sum + Math.exp(logProbability(Float32Array.from(values), 0, values.length, each)),
          0,
        );
        expect(total).toBeCloseTo(1, 6);
      }),
    );
    expect(logProbability(Float32Array.of(3e38, 3e38), 0, 2, 0)).toBeCloseTo(-Math.LN2, 6);
  });

  test("refuses a token or a row that is not there", () => {
    expect(() => logProbability(new Float32Array(4), 0, 4, 4)).toThrow(RangeError);
    expect(() => logProbability(new Float32Array(4), 2, 4, 0)).toThrow(RangeError);
  });
});

test("of uniform logits is the same for every token: a perplexity of the vocabulary's size", () => {
  const vocabulary = 2048;
  const log = logProbability(new Float32Array(vocabulary), 0, vocabulary, 7);
  expect(Math.exp(-log)).toBeCloseTo(vocabulary, 6);
});

describe("rows of logits", () => {
  /** Odds of 1 to 3 for the tokens 0 and 1 at every position, in parts that share one buffer, as an engine's do. */
  async function* parts(sizes: readonly number[], from: number): AsyncGenerator<LogitRows> {
    const buffer = new Float32Array(64);
    let position = from;
    for (const rows of sizes) {
      for (let row = 0; row < rows; row++) buffer.set([0, Math.log(3)], row * 2);
      yield { from: position, vocabulary: 2, logits: buffer.subarray(0, rows * 2) };
      buffer.fill(Number.NaN);
      position += rows;
    }
  }
  const ids = Int32Array.of(0, 1, 1, 0, 1, 0);
  const logs = [0, 1, 0].map((token) => expect.closeTo(Math.log(token ? 3 / 4 : 1 / 4), 6));

  test("are read against the token that follows, in one part or several", async () => {
    for (const sizes of [[4], [3], [1, 2], [2, 2]]) {
      expect([...(await reduceRows(parts(sizes, 2), ids, 2))]).toEqual(logs);
    }
  });

  test("that are missing stay unknown", async () => {
    expect([...(await reduceRows(parts([2], 2), ids, 2))]).toEqual([logs[0], logs[1], Number.NaN]);
  });
});

describe("chunks", () => {
  const ids = Int32Array.from({ length: 2 * CHUNK_SIZE + 100 }, (_, index) => index + 10);

  test("are full ones only, with BOS in place of the first token", () => {
    const chunks = chunksOf(ids, 1);
    expect(chunks).toHaveLength(2);
    expect([...chunks[0]!.slice(0, 3)]).toEqual([1, 11, 12]);
    expect([...chunks[1]!.slice(0, 3)]).toEqual([1, 523, 524]);
    expect(chunks[1]).toHaveLength(CHUNK_SIZE);
    expect(ids[CHUNK_SIZE]).toBe(522);
  });

  test("keep their first token where the model knows no BOS, and are as many as asked for", () => {
    expect(chunksOf(ids, null)[1]![0]).toBe(522);
    expect(chunksOf(ids, null, 1)).toHaveLength(1);
  });
});
