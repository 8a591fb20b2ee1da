import { describe, expect, test } from "vitest";
import { inSeededOrder } from "../src/index.ts";

describe("the order of a round", () => {
  const order = (seed: number, round: number) =>
    inSeededOrder(["a", "b", "c", "d", "e"], { seed, round, nameOf: (name) => name });

  test("has every block once, is the same for a seed, and changes with the round", () => {
    expect(order(1, 0).toSorted()).toEqual(["a", "b", "c", "d", "e"]);
    expect(order(1, 0)).toEqual(order(1, 0));
    expect(new Set([0, 1, 2, 3].map((round) => order(1, round).join(""))).size).toBeGreaterThan(1);
  });
});
