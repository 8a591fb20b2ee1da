import type { Effect } from "@quantlab/core";
import { expect, test } from "vitest";
import { talliesTable } from "../src/section.ts";
import { tallied, type Verdict } from "../src/tally.ts";

const effect = (claim: Effect["claim"], low: number, high: number): Effect => ({
  ratio: Math.sqrt(low * high),
  ci95: [low, high],
  claim,
});
const equal = (of: Effect): Verdict => ({ slowdown: 0, truth: 1, side: 0, effect: of });
const slowed = (slowdown: number | null, of: Effect): Verdict => ({
  slowdown,
  truth: slowdown === null ? null : 1 + slowdown,
  side: 1,
  effect: of,
});

test("claims of equal arms are false alarms on either side, of others right or wrong by their side", () => {
  const tallies = tallied([
    slowed(null, effect("more", 1.5, 2)),
    slowed(0.05, effect("more", 1.01, 1.09)),
    slowed(0.05, effect("less", 0.9, 0.99)),
    slowed(0.05, effect("none", 0.99, 1.02)),
    equal(effect("none", 0.99, 1.02)),
    equal(effect("less", 0.9, 0.95)),
    equal(effect("more", 1.01, 1.02)),
  ]);
  expect(tallies).toEqual([
    { slowdown: 0, pairs: 3, claimed: 2, wrong: 0, known: 3, covered: 1, same: 2 },
    { slowdown: 0.05, pairs: 3, claimed: 1, wrong: 1, known: 3, covered: 1, same: 1 },
    { slowdown: null, pairs: 1, claimed: 1, wrong: 0, known: 0, covered: 0, same: 0 },
  ]);
});

test("the table tells shares, and a dash where nothing was counted", () => {
  const rows = talliesTable({
    Decode: tallied([
      equal(effect("more", 1.01, 1.02)),
      equal(effect("none", 0.99, 1.02)),
      slowed(0.05, effect("more", 1.01, 1.09)),
      slowed(0.02, effect("none", 0.99, 1.02)),
      // Nobody knows its side.
      slowed(null, effect("less", 0.5, 0.6)),
    ]),
  });
  expect(rows.split("\n").at(-1)).toBe(
    "| Decode | 2 | 50.0% | 0.0% | 100.0% | — | 0.0% | 0.0% | 50.0% | 100.0% | 100.0% | 0.0% |",
  );
});
