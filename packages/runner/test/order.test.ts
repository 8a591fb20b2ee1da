import { describe, expect, it } from "vitest";
import { orderTurns } from "../src/order.ts";

const arms = ["a", "b", "c"];

describe("the order of blocks", () => {
  it("holds every arm once in every round, whatever the seed", () => {
    for (let seed = 0; seed < 50; seed++) {
      const turns = orderTurns(arms, 4, "interleaved", seed);
      for (let round = 0; round < 4; round++) {
        const own = turns.slice(3 * round, 3 * round + 3);
        expect(own.map(({ subject }) => subject).sort()).toEqual(arms);
        expect(own.every(({ index }) => index === round)).toBe(true);
      }
    }
  });

  it("is the same for the same seed and differs between seeds and rounds", () => {
    const names = (seed: number) => orderTurns(arms, 6, "interleaved", seed).map(({ subject }) => subject);
    expect(names(42)).toEqual(names(42));
    expect(names(42)).not.toEqual(names(43));
    const rounds = Array.from({ length: 6 }, (_, round) =>
      names(42)
        .slice(3 * round, 3 * round + 3)
        .join(""),
    );
    expect(new Set(rounds).size).toBeGreaterThan(1);
  });

  it("lets each arm go first about as often", () => {
    const first = orderTurns(arms, 3000, "interleaved", 1).filter((_, position) => position % 3 === 0);
    for (const arm of arms) {
      expect(first.filter((turn) => turn.subject === arm).length / 3000).toBeCloseTo(1 / 3, 1);
    }
  });

  it("goes forward and backward in turn for abba", () => {
    expect(
      orderTurns(["a", "b"], 4, "abba", 1)
        .map(({ subject }) => subject)
        .join(""),
    ).toBe("abbaabba");
  });
});
