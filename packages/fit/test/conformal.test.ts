import { describe, expect, test } from "vitest";
import { conformalReach } from "../src/index.ts";
import { normal, randomNumbers } from "./made-up.ts";

describe("a conformal interval's reach", () => {
  test("is the distance of the rank that the level asks for", () => {
    const distances = [5, 1, 9, 3, 7, 2, 8, 4, 6];
    expect(conformalReach(distances)).toBe(9);
    expect(conformalReach([...distances, 10])).toBe(10);
    expect(conformalReach(Array.from({ length: 19 }, (_, index) => index + 1))).toBe(18);
    expect(conformalReach(distances, 0.5)).toBe(5);
  });

  test("is none where no finite one would do", () => {
    expect(conformalReach([1, 2, 3, 4, 5, 6, 7, 8])).toBeNull();
    expect(conformalReach([])).toBeNull();
  });

  // Heavy tails: the promise does not rest on what the errors look like.
  test.each([
    ["normal", (random: () => number) => Math.abs(normal(random))],
    ["heavy-tailed", (random: () => number) => Math.abs(normal(random) / (0.05 + random()))],
    ["lopsided", (random: () => number) => (-Math.log(random())) ** 3],
  ])("holds 9 of 10 new cases of %s errors, whatever their number", (_, draw) => {
    for (const count of [9, 19, 47]) {
      const random = randomNumbers(count);
      let held = 0;
      const rounds = 4000;
      for (let round = 0; round < rounds; round++) {
        const reach = conformalReach(Array.from({ length: count }, () => Math.abs(draw(random))))!;
        if (Math.abs(draw(random)) <= reach) held++;
      }
      // From 0.9 to 0.9 + 1 / (count + 1), with what 4000 rounds leave to chance.
      expect(held / rounds).toBeGreaterThan(0.885);
      expect(held / rounds).toBeLessThan(0.915 + 1 / (count + 1));
    }
  });
});
