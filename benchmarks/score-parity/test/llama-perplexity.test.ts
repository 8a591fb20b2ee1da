import { readFileSync } from "node:fs";
import path from "node:path";
import { EngineError } from "@quantlab/core";
import { describe, expect, test } from "vitest";
import { printed } from "./fixtures/divergence-Q4_K_M.ts";
import { parseDivergence, parsePerplexity } from "./support/llama-perplexity.ts";

/** What llama.cpp v0.5.0 printed, on the shipped model. */
const recorded = (name: string) =>
  readFileSync(path.join(import.meta.dirname, `fixtures/${name}-v0.5.0.txt`), "utf8");

describe("what llama-perplexity prints", () => {
  test("has the perplexity with its digits, and the chunks", () => {
    expect(parsePerplexity(recorded("perplexity-F16"))).toEqual({ text: "1.5599", chunks: 134 });
  });

  test("without a final estimate is refused with its last words", () => {
    expect(() => parsePerplexity("you need at least 1024 tokens")).toThrow(EngineError);
    expect(() => parsePerplexity("you need at least 1024 tokens")).toThrow("1024 tokens");
  });
});

describe("what llama-perplexity --kl-divergence prints", () => {
  test("has every statistic, percents as fractions", () => {
    expect(parseDivergence(recorded("divergence-Q4_K_M"))).toEqual(printed);
  });

  test("takes the table at the end, not the course of the chunks", () => {
    const { kldMean, kldMeanError, topTokenAgreement } = parseDivergence(recorded("divergence-Q2_K"));
    expect([kldMean, kldMeanError, topTokenAgreement]).toEqual([0.013367, 0.001072, 0.95343]);
  });

  test("has no figure where it says nan", () => {
    const said = recorded("divergence-Q4_K_M").replace("0.000466 ±   0.000578", "0.000000 ±       -nan");
    expect(parseDivergence(said)).toMatchObject({ lnPerplexityRatio: 0, lnPerplexityRatioError: null });
  });

  test("without a statistic is refused by its name", () => {
    expect(() => parseDivergence(recorded("divergence-Q4_K_M").replace("99.9%   KLD", "gone"))).toThrow(
      "99.9% KLD",
    );
  });
});
