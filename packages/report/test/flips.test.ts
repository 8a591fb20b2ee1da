import { flips } from "@quantlab/shared-metrics";
import { describe, expect, it } from "vitest";
import { toResult } from "../src/index.ts";
import { type ArmPlan, experiment, makeRun } from "./run-builder.ts";

const plan = (right: number): ArmPlan => ({
  quantization: "Q4_K_M",
  tokensPerSecond: 2000,
  memoryMiB: 90,
  fileMiB: 5,
  loss: 1.58,
  right,
});
const run = makeRun({ baseline: "q4", arms: { f16: plan(0.7), q4: plan(0.6), q2: plan(0.5) } });

describe("flips in a result", () => {
  it("are counted against the reference, or the baseline where there is no other", () => {
    const flipsOf = (reference: string | null) => {
      const { arms } = toResult({ ...run, reference }, { ...experiment, report: [flips] });
      return Object.fromEntries(Object.entries(arms).map(([name, arm]) => [name, arm.metrics.flips?.value]));
    };
    const [toBaseline, toReference] = [flipsOf(null), flipsOf("f16")];
    expect(toBaseline.q4).toBeNull();
    expect(toReference.f16).toBeNull();
    expect(toBaseline.f16).toBe(toReference.q4);
    expect(toReference.q4).toBeGreaterThan(0);
    expect(toReference.q2).toBeGreaterThan(toReference.q4!);
  });
});
