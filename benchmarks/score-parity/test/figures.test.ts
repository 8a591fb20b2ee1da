import { readFileSync } from "node:fs";
import path from "node:path";
import { readFigures } from "@quantlab/scenarios";
import { expect, test } from "vitest";
import { type Figures, figuresOfLab, figuresOfPeer } from "../figures.ts";
import { printed as told } from "./fixtures/divergence-Q4_K_M.ts";

const recorded = (name: string) => readFileSync(path.join(import.meta.dirname, "fixtures", name), "utf8");
const read = (figures: Figures, stdout: string) => readFigures("program", figures, { stdout, all: stdout });

test("the experiment's figures of llama-perplexity are those that it printed", () => {
  expect(read(figuresOfPeer.perplexity, recorded("perplexity-F16-v0.5.0.txt")).perplexity).toHaveLength(1);
  const { perplexity, kldMean, topTokenAgreement } = told;
  expect(read(figuresOfPeer.divergence, recorded("divergence-Q4_K_M-v0.5.0.txt"))).toEqual({
    perplexity: [perplexity],
    kldMean: [kldMean],
    topTokenAgreement: [topTokenAgreement],
  });
});

test("the experiment's figures of the lab stand in the document that lab perplexity prints", () => {
  const data = JSON.parse(recorded("lab-perplexity-Q4_K_M-4-chunks.json"));
  const document = JSON.stringify("data" in data ? data : { data });
  const found = read(figuresOfLab.divergence, document);
  expect(Object.values(found).map((values) => (values as number[]).length)).toEqual([1, 1, 1]);
});
