import { expect, test } from "vitest";
import { cutNote, cutToBudget } from "../src/generate/budget-cut.ts";

const plan = { warmups: 1, generations: 3, newTokens: 50 };
/** 20 ms for the prompt and for each token: 1000 ms a generation of 50, and 40 ms for this first one. */
const first = { startedAtMs: 100, tokenAtMs: [120, 140] };
const cut = (leftMs: number, changes = {}) => cutToBudget({ ...plan, ...changes }, first, leftMs + 40);

test("what fits is left as it is", () => {
  expect(cut(4000)).toBeNull();
});

test("generations go first, and the warm-up stays as long as one fits behind it", () => {
  expect(cut(3999)).toEqual({ warmups: 1, generations: 2, newTokens: 50 });
  expect(cut(2000)).toEqual({ warmups: 1, generations: 1, newTokens: 50 });
});

test("tokens go last, and six are the fewest", () => {
  expect(cut(1999)).toEqual({ warmups: 0, generations: 1, newTokens: 50 });
  expect(cut(400)).toEqual({ warmups: 0, generations: 1, newTokens: 20 });
  expect(cut(10)).toEqual({ warmups: 0, generations: 1, newTokens: 6 });
  expect(cut(10, { newTokens: 4 })?.newTokens).toBe(4);
});

test("of a prompt alone repetitions go, as it has one token", () => {
  const alone = (budgetMs: number) =>
    cutToBudget({ ...plan, newTokens: 1 }, { startedAtMs: 100, tokenAtMs: [120] }, budgetMs + 20);
  expect(alone(80)).toBeNull();
  expect(alone(79)).toEqual({ warmups: 1, generations: 2, newTokens: 1 });
  expect(alone(10)).toEqual({ warmups: 0, generations: 1, newTokens: 1 });
});

test("a reader is told", () => {
  expect(cutNote({ warmups: 0, generations: 1, newTokens: 6 })).toBe(
    "cut to 1 generation of 6 tokens a block by its time budget",
  );
});
