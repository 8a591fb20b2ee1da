import { expect, it } from "vitest";
import { type Arm, armsOf, defineExperiment, type MetricHandle } from "../src/index.ts";

const arm = {} as Arm;
const rest = {
  id: "exp1",
  question: "?",
  workloads: [{ scenario: "score", workload: {} }],
  protocol: { blocks: 1, order: "interleaved", seed: 1 },
  report: [],
} as const;

it("keeps the definition and its arm names", () => {
  const experiment = defineExperiment({ ...rest, arms: { f16: arm, q4: arm }, baseline: "f16" });
  const baseline: "f16" | "q4" = experiment.baseline;
  expect(baseline).toBe("f16");
});

it("does not compile with a baseline that is no arm", () => {
  // @ts-expect-error: "q8" is not among the arms
  expect(defineExperiment({ ...rest, arms: { f16: arm }, baseline: "q8" }).baseline).toBe("q8");
});

it("names arms by a list, and still knows each name", () => {
  const arms = armsOf(["F16", "Q4_0"], (name) => ({ ...arm, model: `tiny:${name}` }));
  expect(defineExperiment({ ...rest, arms, baseline: "F16" }).arms).toEqual({
    F16: { model: "tiny:F16" },
    Q4_0: { model: "tiny:Q4_0" },
  });
  // @ts-expect-error: "Q8_0" is not in the list
  expect(defineExperiment({ ...rest, arms, baseline: "Q8_0" }).baseline).toBe("Q8_0");
});

it("does not compile with a reference that is no arm", () => {
  // @ts-expect-error: "q8" is not among the arms
  expect(defineExperiment({ ...rest, arms: { f16: arm }, baseline: "f16", reference: "q8" }).reference).toBe(
    "q8",
  );
});

it("refuses a metric that is measured from a reference where none is named", () => {
  const handle = { name: "kldMean", scenario: "score", needsReference: true } as MetricHandle;
  const experiment = { ...rest, arms: { f16: arm, q4: arm }, baseline: "q4", report: [handle] } as const;
  expect(() => defineExperiment(experiment)).toThrow(
    "exp1 reports kldMean, which is measured from a reference, and names none",
  );
  expect(defineExperiment({ ...experiment, reference: "f16" }).reference).toBe("f16");
  const printed = [{ ...handle, reads: ["score", "command"] }] as MetricHandle[];
  const programs = { ...experiment, workloads: [{ scenario: "command", workload: {} }], report: printed };
  expect(defineExperiment(programs).reference).toBeUndefined();
});

it("refuses a metric that no workload of the experiment can tell", () => {
  const handle = { name: "ttftMs", scenario: "generate" } as MetricHandle;
  expect(() => defineExperiment({ ...rest, arms: { f16: arm }, baseline: "f16", report: [handle] })).toThrow(
    "exp1 reports ttftMs, which is read from generate, and none of its workloads is that",
  );
});
