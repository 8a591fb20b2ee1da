import type { Effect } from "@quantlab/core";
import { describe, expect, test } from "vitest";
import { conclusionOf, furtherUnits, heldAgainst, pairsToDecide, pairsToPass } from "../src/index.ts";
import { normal } from "./support/normal.ts";

const effect = (ratio: number, ci95: readonly [number, number], claim: Effect["claim"] = "none"): Effect => ({
  ratio,
  ci95,
  claim,
  noiseFloor: 0,
});

describe("a conclusion", () => {
  test("is sameness where it was shown, else the claim, else none", () => {
    expect(conclusionOf(effect(1.5, [1.4, 1.6], "more"))).toBe("more");
    expect(conclusionOf(effect(0.5, [0.4, 0.6], "less"))).toBe("less");
    expect(conclusionOf(effect(1, [0.99, 1.01]))).toBe("same");
    expect(conclusionOf(effect(1, [0.9, 1.1]))).toBe("undecided");
    // Another margin, another answer.
    expect(conclusionOf(effect(1, [0.9, 1.1]), 0.2)).toBe("same");
    // Surely more, and surely by less than anybody minds who named this margin.
    expect(conclusionOf(effect(1.01, [1.005, 1.015], "more"))).toBe("same");
    expect(conclusionOf(effect(1.01, [1.005, 1.015], "more"), 0.01)).toBe("more");
  });
});

describe("a ratio held against a bound", () => {
  test("fails where all of its interval lies beyond, and passes where none of it does", () => {
    const held = (low: number, high: number) => heldAgainst({ ci95: [low, high] }, 0.97, "below");
    expect(held(0.9, 0.96)).toBe("failed");
    expect(held(0.9, 0.97)).toBe("undecided");
    expect(held(0.96, 1.2)).toBe("undecided");
    expect(held(0.97, 1.2)).toBe("passed");
    expect(heldAgainst({ ci95: [1.06, 1.1] }, 1.05, "above")).toBe("failed");
    expect(heldAgainst({ ci95: [1.05, 1.1] }, 1.05, "above")).toBe("undecided");
    expect(heldAgainst({ ci95: [0.5, 1.05] }, 1.05, "above")).toBe("passed");
  });
});

describe("how many more", () => {
  test("follows from the interval: four times as many halve it", () => {
    // (1.96 + 0.8416) / 1.96 = 1.4294: 5 · (1.4294 · 0.05 / 0.02)² = 63.9.
    expect(furtherUnits(0.05, 5, 0.02)).toBe(59);
    expect(furtherUnits(0.1, 5, 0.02)! + 5).toBeCloseTo(4 * 63.9, -1);
    expect(furtherUnits(0.001, 5, 0.02)).toBe(1);
    expect(furtherUnits(0.05, 5, 0)).toBeNull();
  });

  test("is for the nearer of the two ends: another ratio, or the same within the margin", () => {
    const at = (ratio: number) =>
      pairsToDecide({ ratio, ci95: [ratio * Math.exp(-0.05), ratio * Math.exp(0.05)] }, 5);
    // Where nothing differs the margin is to be reached; far away from it 1, and by an interval of 99%.
    expect(at(1)).toBe(furtherUnits(0.05, 5, Math.log(1.02)));
    expect(at(1.04)).toBe(furtherUnits(0.05, 5, Math.log(1.04), 2.5758293035489004));
    expect(at(1 / 1.04)).toBe(at(1.04));
    expect(at(1.015)).toBe(furtherUnits(0.05, 5, Math.log(1.015), 2.5758293035489004));
    // Hardest half way.
    expect(at(Math.sqrt(1.02))).toBeGreaterThan(at(1));
    expect(pairsToPass({ ratio: 0.98, ci95: [0.93, 1.03] }, 5, 0.98)).toBeNull();
    expect(pairsToPass({ ratio: 0.96, ci95: [0.96 * Math.exp(-0.05), 0.96 * Math.exp(0.05)] }, 5, 0.98)).toBe(
      furtherUnits(0.05, 5, Math.log(0.98 / 0.96)),
    );
  });

  test("so many do in four of five times", () => {
    const draw = normal(3);
    const [noise, truth, units] = [0.05, 0.03, 20];
    const reach = (1.959963984540054 * noise) / Math.sqrt(units);
    const more = pairsToDecide(
      { ratio: Math.exp(truth), ci95: [Math.exp(truth - reach), Math.exp(truth + reach)] },
      units,
    );
    const decided = Array.from({ length: 1000 }, () => {
      const values = Array.from({ length: units + more }, () => truth + noise * draw());
      const mean = values.reduce((sum, value) => sum + value) / values.length;
      return mean > (2.5758293035489004 * noise) / Math.sqrt(values.length);
    }).filter(Boolean).length;
    expect(decided / 1000).toBeGreaterThan(0.76);
    expect(decided / 1000).toBeLessThan(0.86);
  });
});
