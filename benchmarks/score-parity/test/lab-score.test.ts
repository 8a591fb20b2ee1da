import { readFileSync } from "node:fs";
import path from "node:path";
import { EngineError, type Json } from "@quantlab/core";
import { describe, expect, test } from "vitest";
import { compareStatistics } from "./support/agreement.ts";
import { labScore } from "./support/lab-score.ts";
import { parseDivergence } from "./support/llama-perplexity.ts";

const recorded = (name: string) => readFileSync(path.join(import.meta.dirname, "fixtures", name), "utf8");
/** sprout:Q4_K_M against F16 over the first 10,000 bytes of the test text, by both sides. */
const document = (): Json => JSON.parse(recorded("lab-perplexity-Q4_K_M-4-chunks.json"));
const peer = parseDivergence(recorded("divergence-Q4_K_M-4-chunks-v0.5.0.txt"));
/** Of the base file that the peer compared with. */
const noise = { tokens: 1020, largestStep: 0.000244144, rmsStep: 0.000244105, nearTies: 0 };

describe("what lab perplexity --json prints", () => {
  test("has every statistic, divergences with llama.cpp's cut", () => {
    const { chunks, perplexity, statistics } = labScore(document());
    expect([chunks, perplexity.toFixed(4)]).toEqual([4, "1.5795"]);
    expect(statistics).toMatchObject({ basePerplexity: 1.579669514170609, kldMean: 0.0005893140292270013 });
    expect(Object.values(statistics)).not.toContain(null);
  });

  test("agrees with llama-perplexity in each of them", () => {
    const apart = compareStatistics(labScore(document()).statistics, peer, noise).filter(
      (each) => !each.agrees,
    );
    expect(apart).toEqual([]);
  });

  test("has nothing but a perplexity where there was no reference", () => {
    const { statistics } = labScore({
      chunks: 4,
      metrics: { perplexity: 2 },
      errors: { perplexity: 1 },
      withCut: null,
    });
    expect(statistics).toMatchObject({ perplexity: 2, kldMean: null, lnPerplexityRatioError: null });
  });

  test("in another form is an error", () => {
    expect(() => labScore({ perplexity: 2 })).toThrow(EngineError);
  });
});
