import type { EvaluatedAnswer } from "@quantlab/core";
import { wilsonInterval } from "@quantlab/shared-metrics";
import { expect, it } from "vitest";
import { evaluatedTask, metricsOf } from "../src/eval/figures.ts";
import type { AnsweredTask } from "../src/eval/messages.ts";

const task = (
  name: string,
  rights: readonly boolean[],
  kind: AnsweredTask["kind"] = "multiple-choice",
): AnsweredTask => ({
  ...{ task: name, taskSha256: "00", kind, layout: "quantlab", chance: kind === "generation" ? null : 0.25 },
  answers: rights.map(
    (correct, place): EvaluatedAnswer => ({
      ...{ id: `${name}-${place}`, correct, logLikelihoods: [], tokens: [], output: null },
      correctOfSum: kind === "generation" ? null : !correct,
      correctPerCharacter: kind === "generation" ? null : true,
    }),
  ),
});
const before = [task("a", [true, true, false, false]), task("b", [true])];
const after = [task("a", [true, false, true, true]), task("b", [true])];

it("gives each way of comparing choices its own share, and counts flips both ways, item by item", () => {
  const metrics = metricsOf(after, { reference: before, synthetic: false });
  expect(metrics.accuracy).toMatchObject({ value: 4 / 5, ci95: wilsonInterval(4, 5) });
  expect(metrics.accuracyOfSum.value).toBe(1 / 5);
  expect(metrics.accuracyPerCharacter.value).toBe(1);
  expect(metrics.flips).toMatchObject({ value: 3 / 5, ci95: wilsonInterval(3, 5) });
});

it("says why a figure is not there", () => {
  const reason = (metric: { value: number | null; reason?: string }) => metric.reason ?? metric.value;
  const plain = { reference: "no reference was named", synthetic: false };
  const written = evaluatedTask(task("w", [true, false], "generation"), plain);
  expect(written).toMatchObject({ accuracy: { value: 0.5 }, chance: null, items: 2 });
  expect(reason(written.accuracyOfSum)).toBe("the answers are generated");
  expect(reason(written.flips)).toBe("no reference was named");
  const silent = evaluatedTask({ ...before[0]!, answers: null }, plain);
  expect(reason(silent.accuracy)).toBe("this API shows no logits; the engine backend does");
  const random = evaluatedTask(before[0]!, { reference: before, synthetic: true });
  expect(reason(random.accuracy)).toBe("the weights are random, so quality means nothing");
  expect(reason(random.flips)).toBe("the weights are random, so quality means nothing");
  expect(reason(metricsOf([], plain).accuracy)).toBe("no multiple-choice task was asked");
});
