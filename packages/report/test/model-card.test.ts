import { describe, expect, it } from "vitest";
import { modelCard } from "../src/analyses/model-card.ts";
import { toResult } from "../src/index.ts";
import { type ArmPlan, experiment, makeRun } from "./run-builder.ts";

const plan = (quantization: string, loss: number, right: number): ArmPlan => ({
  quantization,
  tokensPerSecond: 2000,
  memoryMiB: 90,
  fileMiB: 5,
  loss,
  right,
});
const arms = {
  f16: plan("F16", 1.58, 0.7),
  q8: plan("Q8_0", 1.5801, 0.7),
  q4: plan("Q4_K_M", 1.588, 0.69),
  q2: plan("Q2_K", 1.61, 0.62),
};

const named = {
  analysis: "model-card",
  model: "sprout",
  readme: "models/sprout/README.md",
  loss: "perplexity",
};
const cardOf = (of: typeof arms | Readonly<Record<string, ArmPlan>>) =>
  modelCard.card!(toResult(makeRun({ arms: of, baseline: "q8" }), experiment), named);

describe("the model's card", () => {
  it("holds perplexity, its paired ratio to the baseline, tasks with chance and interval", () => {
    const { file, section, text } = cardOf(arms)!;
    expect([file, section]).toEqual(["models/sprout/README.md", "scores"]);
    expect(text).toContain(
      "|  | Perplexity | ÷ Q8_0 | facts<br>n = 200, chance 25.0 | sums<br>n = 200, chance 25.0 |",
    );
    expect(text).toMatch(
      /\| Q8_0 \| 4\.87\d \(\d\.\d{3}–\d\.\d{3}\) \| 1 \| 70\.0 \(63\.3–75\.9\) \| 60\.0 /,
    );
    expect(text).toMatch(/\| Q2_K \| 5\.02\d \(.*\) \| 1\.03\d* \(1\.0\d+–1\.03\d*\) \| 62\.0 /);
  });

  it("says why a quantization has no perplexity", () => {
    const { loss: _, ...silent } = arms.q2;
    const { text } = cardOf({ ...arms, q2: silent })!;
    expect(text).toContain("- Q2_K has no perplexity: this API shows no logits");
    expect(text).toMatch(/\| Q2_K \| — \| — \| — \| — \|/);
  });

  it("is that of one model alone", () => {
    const other = makeRun({ arms, change: { model: "smollm2-135m-instruct" } });
    expect(modelCard.card!(toResult(other, experiment), named)).toBeNull();
  });
});
