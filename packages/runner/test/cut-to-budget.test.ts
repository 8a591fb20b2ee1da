import { expect, test } from "vitest";
import { cutNote, cutToBudget } from "../src/cut-to-budget.ts";

const plan = { warmups: 1, generations: 3, newTokens: 50 };
/** 1000 ms a generation of 50 tokens. */
const pace = { promptMs: 20, tokenMs: 20 };

test("what fits is left as it is", () => {
  expect(cutToBudget(plan, pace, 4000)).toBeNull();
});

test("generations go first, and the warm-up stays as long as one fits behind it", () => {
  expect(cutToBudget(plan, pace, 3999)).toEqual({ warmups: 1, generations: 2, newTokens: 50 });
  expect(cutToBudget(plan, pace, 2000)).toEqual({ warmups: 1, generations: 1, newTokens: 50 });
});

test("tokens go last, and six are the fewest", () => {
  expect(cutToBudget(plan, pace, 1999)).toEqual({ warmups: 0, generations: 1, newTokens: 50 });
  expect(cutToBudget(plan, pace, 400)).toEqual({ warmups: 0, generations: 1, newTokens: 20 });
  expect(cutToBudget(plan, pace, 10)).toEqual({ warmups: 0, generations: 1, newTokens: 6 });
  expect(cutToBudget({ ...plan, newTokens: 4 }, pace, 10)?.newTokens).toBe(4);
});

test("a reader is told", () => {
  expect(cutNote({ warmups: 0, generations: 1, newTokens: 6 })).toBe(
    "cut to 1 generation of 6 tokens a block by its time budget",
  );
});
