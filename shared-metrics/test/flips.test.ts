import { describe, expect, test } from "vitest";
import { flips, wilsonInterval } from "../src/index.ts";
import { choices, model, scoreBlock } from "./support/blocks.ts";

const answered = (arm: string, ...tasks: readonly ReturnType<typeof choices>[]) => [
  scoreBlock({ arm, answers: tasks }),
];
const before = choices("adding", [true, true, false, false]);
const reference = answered("f16", before, choices("places", [true, false]));

describe("flips", () => {
  test("count answers that became wrong and answers that became right, of all tasks together", () => {
    // One lost and one won of four, none of two: the accuracies are the same.
    const arm = answered(
      "q4",
      choices("adding", [true, false, true, false]),
      choices("places", [true, false]),
    );
    expect(flips.summarise(arm, reference)).toEqual({
      unit: "fraction",
      statistic: "mean",
      value: 2 / 6,
      ci95: wilsonInterval(2, 6),
      values: [0.5, 0],
    });
  });

  test("match items by task, file and id", () => {
    const reordered = answered("q4", { ...before, items: before.items.toReversed() });
    expect(flips.summarise(reordered, reference)).toMatchObject({ value: 0 });
    const changed = answered("q4", { ...before, taskSha256: "other" });
    expect(flips.summarise(changed, reference)).toMatchObject({
      value: null,
      reason: "the reference answered none of these items",
    });
  });

  test("have no value for the reference itself, without one, and for random weights", () => {
    const reasonOf = (...blocks: Parameters<typeof flips.summarise>) => {
      const metric = flips.summarise(...blocks);
      return metric.value === null ? metric.reason : metric.value;
    };
    expect(reasonOf(reference, reference)).toBe("this is the reference that answers are held against");
    const arm = answered("q4", before);
    expect(reasonOf(arm)).toBe("the reference has no answers: no block was measured");
    const random = [scoreBlock({ arm: "q4", model: { ...model, synthetic: true }, answers: [before] })];
    expect(reasonOf(random, reference)).toBe("the weights are random, so quality means nothing");
    expect(flips.compare(reference, arm)).toBeNull();
  });
});
