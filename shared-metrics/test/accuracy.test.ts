import { describe, expect, test } from "vitest";
import { accuracy, taskAccuracies, taskFacts, wilsonInterval } from "../src/index.ts";
import { choices, model, scoreBlock } from "./support/blocks.ts";

const rightFirst = (right: number, of: number) => Array.from({ length: of }, (_, index) => index < right);
const answered = (...tasks: readonly ReturnType<typeof choices>[]) => [scoreBlock({ answers: tasks })];
const taught = { ...choices("taught", rightFirst(9, 10), 1), kind: "generation" as const };

describe("accuracy", () => {
  test("pools the multiple-choice items, with Wilson's interval; generated answers stay apart", () => {
    const blocks = answered(
      choices("adding", rightFirst(30, 40)),
      choices("places", rightFirst(10, 60)),
      taught,
    );
    expect(accuracy.summarise(blocks)).toEqual({
      unit: "fraction",
      statistic: "mean",
      value: 0.4,
      ci95: wilsonInterval(40, 100),
      values: [0.75, 10 / 60],
    });
  });

  test("of each task stands on its own, generated answers included", () => {
    const tasks = taskAccuracies(answered(choices("adding", rightFirst(30, 40)), taught));
    expect(tasks.adding).toMatchObject({ value: 0.75, ci95: wilsonInterval(30, 40) });
    expect(tasks.taught).toMatchObject({ value: 0.9, ci95: wilsonInterval(9, 10) });
  });

  test("has a chance level: one in four, and none for generated answers", () => {
    expect(
      taskFacts(answered(choices("adding", [true, false]), choices("pairs", [true], 2), taught)),
    ).toEqual({
      adding: { items: 2, chance: 0.25 },
      pairs: { items: 1, chance: 0.5 },
      taught: { items: 10, chance: null },
    });
  });

  test("is null where a task of choices was not answered, with the reason; each task stands on its own", () => {
    const blocks = [
      scoreBlock({
        answers: [choices("adding", [true, false])],
        unanswered: ["places"],
        reason: "not measured: answers to places: it broke",
      }),
    ];
    const reason = "not measured: answers to places: it broke";
    expect(accuracy.summarise(blocks)).toMatchObject({ value: null, reason });
    expect(accuracy.compare(answered(choices("adding", [true, false])), blocks)).toBeNull();
    expect(taskAccuracies(blocks).adding).toMatchObject({ value: 0.5 });
  });

  test("is null for random weights and for an API without logits, with the reason", () => {
    const random = [scoreBlock({ model: { ...model, synthetic: true }, answers: [taught] })];
    expect(accuracy.summarise(random)).toMatchObject({
      value: null,
      reason: "the weights are random, so quality means nothing",
    });
    expect(taskAccuracies(random)).toEqual({});
    expect(taskFacts(random)).toEqual({});
    expect(accuracy.summarise(answered(taught))).toMatchObject({
      value: null,
      reason: "this API shows no logits; see the engine arm of the same file",
    });
  });
});

describe("two arms' accuracy", () => {
  test("is compared item by item: one third fewer right answers of the same items is a claim", () => {
    const effect = accuracy.compare(
      answered(choices("adding", rightFirst(150, 200))),
      answered(choices("adding", rightFirst(100, 200))),
    )!;
    expect(effect.ratio).toBeCloseTo(2 / 3, 12);
    expect(effect.ci95[0]).toBeLessThan(2 / 3);
    expect(effect.ci95[1]).toBeGreaterThan(2 / 3);
    expect(effect).toMatchObject({ claim: "less" });
  });

  test("claims nothing when as many items were won as lost", () => {
    const before = Array.from({ length: 200 }, (_, index) => index % 4 !== 0);
    const after = Array.from({ length: 200 }, (_, index) => index % 4 !== 1);
    const effect = accuracy.compare(answered(choices("a", before)), answered(choices("a", after)))!;
    expect(effect).toMatchObject({ ratio: 1, claim: "none" });
    expect(effect.ci95[0]).toBeLessThan(1);
  });

  test("matches items by task and id, and only those of the same file", () => {
    const baseline = choices("a", [true, true, false, false]);
    const reordered = { ...baseline, items: baseline.items.toReversed() };
    expect(accuracy.compare(answered(baseline), answered(reordered))).toMatchObject({
      ratio: 1,
      ci95: [1, 1],
    });
    const changed = { ...baseline, taskSha256: "other" };
    expect(accuracy.compare(answered(baseline), answered(changed))).toBeNull();
    expect(accuracy.compare(answered(baseline), answered(taught))).toBeNull();
  });

  test("has no ratio when nothing was right", () => {
    const [some, none] = [choices("a", rightFirst(50, 60)), choices("a", rightFirst(0, 60))];
    expect(accuracy.compare(answered(none), answered(some))).toBeNull();
    expect(accuracy.compare(answered(some), answered(none))).toBeNull();
  });
});
