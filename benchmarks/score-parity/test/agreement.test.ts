import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import os from "node:os";
import path from "node:path";
import { BadFileError } from "@quantlab/core";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { printed as peer } from "./fixtures/divergence-Q4_K_M.ts";
import { compareStatistics } from "./support/agreement.ts";
import { type LogitFileNoise, readNoise } from "./support/logit-file.ts";
import type { Statistics } from "./support/statistics.ts";

/** A range of 16 nats in 65,535 steps, the widest there is. */
const noise: LogitFileNoise = { tokens: 10_000, largestStep: 16 / 65_535, rmsStep: 16 / 65_535, nearTies: 3 };

const apart = (lab: Partial<Statistics>) =>
  compareStatistics({ ...peer, ...lab }, peer, noise)
    .filter(({ agrees }) => !agrees)
    .map(({ statistic }) => statistic);

describe("statistics of both sides", () => {
  test("agree when they are the same", () => {
    expect(apart({})).toEqual([]);
  });

  test("agree within what 16 bits round away, which is least for a mean", () => {
    expect(apart({ kldMean: 0.000577 + 4e-6, kldMax: 0.032986 + 1e-4 })).toEqual([]);
    expect(apart({ kldMean: 0.000577 + 8e-6, kldMax: 0.032986 + 4e-4 })).toEqual(["kldMean", "kldMax"]);
  });

  test("of a formula that is off by a little do not agree", () => {
    expect(apart({ rmsDeltaP: 0.0069, lnPerplexityRatio: 0.00049, perplexity: 1.5934 })).toEqual([
      "perplexity",
      "lnPerplexityRatio",
      "rmsDeltaP",
    ]);
  });

  test("may differ in as many likeliest tokens as the file holds near ties", () => {
    expect(apart({ topTokenAgreement: 0.97745 + 0.0003 })).toEqual([]);
    expect(apart({ topTokenAgreement: 0.97745 + 0.0004 })).toEqual(["topTokenAgreement"]);
  });

  test("agree in the error of a ratio that is nothing but float32's rounding, and no further", () => {
    expect(apart({ lnPerplexityRatioError: 0.000578 + 3e-6 })).toEqual([]);
    expect(apart({ lnPerplexityRatioError: 0.000578 + 6e-6 })).toEqual(["lnPerplexityRatioError"]);
    const same = { ...peer, lnPerplexityRatioError: 0 };
    const rounded = (error: number) =>
      compareStatistics(same, { ...peer, lnPerplexityRatioError: error }, noise).every(
        ({ agrees }) => agrees,
      );
    expect([rounded(6e-6), rounded(2e-5)]).toEqual([true, false]);
  });

  test("that only one side has do not agree, but for an error that is nothing but rounding", () => {
    expect(apart({ kldP99: null })).toEqual(["kldP99"]);
    const nan = { ...peer, lnPerplexityRatioError: null };
    const verdict = (lab: number) =>
      compareStatistics({ ...peer, lnPerplexityRatioError: lab }, nan, noise).every(({ agrees }) => agrees);
    expect([verdict(0), verdict(0.001)]).toEqual([true, false]);
  });
});

describe("a file of log-probabilities in 16 bits", () => {
  let folder: string;
  beforeEach(async () => {
    folder = await mkdtemp(path.join(os.tmpdir(), "quantlab-logit-file-"));
  });
  afterEach(() => rm(folder, { recursive: true }));

  /** Context 6, so two scored tokens a chunk; vocabulary 3, which is padded to 4. */
  async function written(rows: readonly { step: number; codes: readonly number[] }[]): Promise<string> {
    const chunks = rows.length / 2;
    const head = Buffer.alloc(20 + 4 * 6 * chunks);
    head.write("_logits_");
    for (const [index, value] of [6, 3, chunks].entries()) head.writeInt32LE(value, 8 + 4 * index);
    const bodies = rows.map(({ step, codes }) => {
      const body = Buffer.alloc(16);
      body.writeFloatLE(step, 0);
      body.writeFloatLE(-16, 4);
      for (const [index, code] of codes.entries()) body.writeUInt16LE(code, 8 + 2 * index);
      return body;
    });
    const file = path.join(folder, "base.logits");
    await writeFile(file, Buffer.concat([head, ...bodies]));
    return file;
  }

  test("tells its steps and its near ties", async () => {
    const file = await written([
      { step: 3, codes: [65_535, 65_534, 0] },
      { step: 1, codes: [65_535, 65_533, 7] },
      { step: 1, codes: [4, 65_535, 65_535] },
      { step: 1, codes: [0, 65_000, 65_535] },
    ]);
    expect(await readNoise(file)).toEqual({ tokens: 4, largestStep: 3, rmsStep: Math.sqrt(3), nearTies: 2 });
  });

  test("that is cut off, or another file, is named with its fault", async () => {
    const file = await written([
      { step: 1, codes: [1, 2, 3] },
      { step: 1, codes: [1, 2, 3] },
    ]);
    const whole = await readFile(file);
    await writeFile(file, whole.subarray(0, -5));
    await expect(readNoise(file)).rejects.toThrow("ends 5 bytes too early");
    await writeFile(file, "something else that is long enough");
    await expect(readNoise(file)).rejects.toThrow(BadFileError);
  });
});
