import type { EvaluatedAnswer } from "@quantlab/core";
import { wilsonInterval } from "@quantlab/shared-metrics";
import { expect, it } from "vitest";
import type { AnsweredTask } from "../src/eval/answered-task.ts";
import { evaluatedTask, metricsOf } from "../src/eval/figures.ts";

const task = (
  name: string,
  rights: readonly boolean[],
  kind: AnsweredTask["kind"] = "multiple-choice",
): AnsweredTask => ({
  ...{ task: name, taskSha256: "00", kind, layout: "quantlab" },
  answers: rights.map(
    (correct, place): EvaluatedAnswer => ({
      ...{ id: `${name}-${place}`, correct, tokens: [], output: null },
      logLikelihoods: kind === "generation" ? [] : place === 0 ? [-1, -2] : [-1, -2, -3, -4],
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

it("leaves out of the flips what the reference was not asked, or of another file", () => {
  const part = [{ ...before[0]!, answers: before[0]!.answers!.slice(0, 2) }];
  expect(metricsOf(after, { reference: part, synthetic: false }).flips.value).toBe(1 / 2);
  const other = before.map((each) => ({ ...each, taskSha256: "01" }));
  expect(metricsOf(after, { reference: other, synthetic: false }).flips).toMatchObject({
    value: null,
    reason: "the reference answered none of these items",
  });
});

it("knows what guessing would get of the items that were answered", () => {
  const alone = { reference: "no reference was named", synthetic: false };
  const chance = (answered: AnsweredTask) => evaluatedTask(answered, alone).chance;
  expect(chance(before[0]!)).toBe((1 / 2 + 3 / 4) / 4);
  expect(chance(task("w", [true], "generation"))).toBeNull();
  expect(chance({ ...before[0]!, answers: null })).toBeNull();
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
  const unheld = evaluatedTask({ ...before[0]!, answers: null }, { reference: before, synthetic: false });
  expect(reason(unheld.flips)).toBe("this API shows no logits; the engine backend does");
  const random = evaluatedTask(before[0]!, { reference: before, synthetic: true });
  expect(reason(random.accuracy)).toBe("the weights are random, so quality means nothing");
  expect(reason(random.flips)).toBe("the weights are random, so quality means nothing");
  expect(reason(metricsOf([], plain).accuracy)).toBe("no multiple-choice task was asked");
});
