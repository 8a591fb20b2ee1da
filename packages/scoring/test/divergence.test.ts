import { readFile } from "node:fs/promises";
import type { LogitRows } from "@quantlab/core";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { assembleKernel, kernelFile } from "../scripts/assemble.ts";
import { CUT, compareRows } from "../src/divergence/compare-rows.ts";
import { lockstep } from "../src/divergence/lockstep.ts";
import { plainComparison } from "./support/plain-rows.ts";

/** Compares two rows whose odds are given, for one token. */
function compared(reference: readonly number[], arm: readonly number[], token = 0) {
  const row = (odds: readonly number[]) => ({ logits: Float32Array.from(odds, Math.log), offset: 0 });
  return compareRows(row(reference), row(arm), reference.length, token);
}

const rowOf = (length: number) =>
  fc.array(fc.float({ min: -30, max: 30, noNaN: true }), { minLength: length, maxLength: length });
const twoRows = fc.integer({ min: 2, max: 40 }).chain((length) => fc.tuple(rowOf(length), rowOf(length)));

describe("the divergence of two rows", () => {
  test("by hand: halves against 3/4 and 1/4 are ½ ln(4/3), the other way ¾ ln(3/2) + ¼ ln(1/2)", () => {
    const found = compared([1, 1], [3, 1]);
    expect(found.kld).toBeCloseTo(0.5 * Math.log(4 / 3), 6);
    expect(found.logProbability).toBeCloseTo(Math.log(3 / 4), 6);
    expect(found.referenceLogProbability).toBeCloseTo(Math.log(1 / 2), 6);
    expect(compared([3, 1], [1, 1]).kld).toBeCloseTo(0.75 * Math.log(1.5) + 0.25 * Math.log(0.5), 6);
  });

  test("with llama.cpp's cut leaves out what the reference gives less than e^-16", () => {
    // The second token of the reference has ln p = -17, the arm ln p = -1.
    const [rare, common] = [Math.exp(-17), Math.exp(-1)];
    const found = compared([1 - rare, rare], [1 - common, common]);
    const kept = (1 - rare) * Math.log((1 - rare) / (1 - common));
    expect(found.kldWithCut).toBeCloseTo(kept, 6);
    expect((found.kld - found.kldWithCut) / (rare * (-17 + 1))).toBeCloseTo(1, 3);
    const likelier = Math.exp(-15.9);
    const whole = compared([1 - likelier, likelier], [1 - common, common]);
    expect(whole.kldWithCut).toBeCloseTo(whole.kld, 7);
  });

  test("knows whether both begin their maximum at the same token", () => {
    expect(compared([1, 2, 2], [1, 3, 2]).sameTop).toBe(true);
    expect(compared([1, 2, 2], [1, 2, 3]).sameTop).toBe(false);
  });

  test("is that of the definition in float64, whatever the numbers and the length of the row", () => {
    fc.assert(
      fc.property(twoRows, fc.nat(39), ([reference, arm], pick) => {
        const [base, mine] = [Float32Array.from(reference), Float32Array.from(arm)];
        const token = pick % base.length;
        const found = compareRows(
          { logits: base, offset: 0 },
          { logits: mine, offset: 0 },
          base.length,
          token,
        );
        const plain = plainComparison(base, mine, CUT);
        expect(found.logProbability).toBeCloseTo(plain.mine[token]!, 6);
        expect(found.referenceLogProbability).toBeCloseTo(plain.base[token]!, 6);
        expect(Math.abs(found.kld - plain.kld)).toBeLessThan(1e-6 * Math.max(1, plain.kld));
        // A token exactly at the cut may fall either way.
        if (plain.base.every((log) => Math.abs(log - CUT) > 1e-5))
          expect(Math.abs(found.kldWithCut - plain.kldWithCut)).toBeLessThan(1e-6 * Math.max(1, plain.kld));
        expect(found.sameTop).toBe(plain.sameTop);
      }),
    );
  });

  test("of a large vocabulary is right to a millionth of a nat, and the kernel is what its text says", async () => {
    // Two rows that differ as a Q8_0's do, in a row among others.
    const vocabulary = 151_937;
    const base = Float32Array.from({ length: 2 * vocabulary }, (_, index) => 8 * Math.sin(index * index));
    const mine = base.map((logit, index) => logit + 0.01 * Math.cos(7 * index));
    const at = { offset: vocabulary };
    const found = compareRows({ logits: base, ...at }, { logits: mine, ...at }, vocabulary, 5);
    const plain = plainComparison(base.subarray(vocabulary), mine.subarray(vocabulary), CUT);
    expect(Math.abs(found.kld - plain.kld)).toBeLessThan(1e-8);
    expect(Math.abs(found.kldWithCut - plain.kldWithCut)).toBeLessThan(1e-8);
    expect(found.logProbability).toBeCloseTo(plain.mine[5]!, 6);
    expect(Buffer.from(await assembleKernel()).equals(await readFile(kernelFile))).toBe(true);
  });

  test("is never below 0, and 0 for a shifted row, whatever the numbers", () => {
    fc.assert(
      fc.property(twoRows, ([reference, arm]) => {
        const [base, mine] = [Float32Array.from(reference), Float32Array.from(arm)];
        const { kld } = compareRows({ logits: base, offset: 0 }, { logits: mine, offset: 0 }, base.length, 0);
        expect(kld).toBeGreaterThan(-1e-6);
        const shifted = base.map((logit) => logit + 8);
        const same = compareRows({ logits: base, offset: 0 }, { logits: shifted, offset: 0 }, base.length, 0);
        expect(same.kld).toBeCloseTo(0, 5);
      }),
    );
  });

  test("ignores tokens that no side can take, and is not a number where a logit is none", () => {
    const found = compared([1, 1, 0], [3, 1, 0]);
    expect(found.kld).toBeCloseTo(0.5 * Math.log(4 / 3), 6);
    expect(compared([1, 1, 1], [3, 1, 0]).kld).toBe(Number.POSITIVE_INFINITY);
    expect(compared([1, -1, 1], [3, 1, 1])).toMatchObject({
      kld: Number.NaN,
      referenceLogProbability: Number.NaN,
      logProbability: expect.closeTo(Math.log(3 / 5), 6),
    });
  });
});

describe("lockstep", () => {
  /** Rows of one logit, the position itself, in parts of the given sizes that share one buffer. */
  async function* parts(sizes: readonly number[], log: string[] = [], name = "", vocabulary = 1) {
    const buffer = new Float32Array(64);
    let from = 5;
    try {
      for (const size of sizes) {
        buffer.fill(Number.NaN);
        for (let row = 0; row < size; row++)
          buffer.fill(from + row, row * vocabulary, (row + 1) * vocabulary);
        log.push(`${name}${from}`);
        yield { from, vocabulary, logits: buffer.subarray(0, size * vocabulary) } satisfies LogitRows;
        from += size;
      }
    } finally {
      log.push(`${name}.`);
    }
  }

  test("pairs the same positions, whatever the sizes of the parts", async () => {
    for (const [one, other] of [
      [[4], [4]],
      [[1, 3], [4]],
      [
        [2, 2],
        [1, 2, 1],
      ],
      [
        [3, 0, 1],
        [1, 3],
      ],
    ] as const) {
      const seen: number[][] = [];
      for await (const { from, rows, reference, arm } of lockstep(parts(one), parts(other))) {
        expect([...reference]).toEqual([...arm]);
        expect(reference[0]).toBe(from);
        expect(reference).toHaveLength(rows);
        seen.push([...reference]);
      }
      expect(seen.flat()).toEqual([5, 6, 7, 8]);
    }
  });

  test("asks an engine for more only when what it gave is used up, and ends both", async () => {
    const log: string[] = [];
    for await (const { from } of lockstep(parts([2, 2], log, "r"), parts([4], log, "a"))) log.push(`${from}`);
    expect(log).toEqual(["r5", "a5", "5", "r7", "7", "r.", "a."]);
  });

  test("ends both when its reader stops", async () => {
    const log: string[] = [];
    for await (const _ of lockstep(parts([2, 2], log, "r"), parts([4], log, "a"))) break;
    expect(log).toEqual(["r5", "a5", "r.", "a."]);
  });

  test("refuses vocabularies of different sizes", async () => {
    const pairs = lockstep(parts([2], [], "", 3), parts([2], [], "", 2));
    await expect(pairs.next()).rejects.toThrow(
      "the reference has a vocabulary of 3 tokens, this model one of 2",
    );
  });
});
