import { expect, test } from "vitest";
import { samenessMargin, sameWithin } from "../src/index.ts";

const within = (low: number, high: number, margin?: number, noiseFloor?: number) =>
  sameWithin({ ci95: [low, high], ...(noiseFloor !== undefined && { noiseFloor }) }, margin);

test("sameness wants the whole interval within the margin, up as down on the log scale", () => {
  expect(samenessMargin).toBe(0.02);
  expect(within(0.99, 1.01)).toBe(true);
  expect(within(1 / 1.02, 1.02)).toBe(true);
  expect(within(0.98, 1)).toBe(false);
  expect(within(1, 1.021)).toBe(false);
  expect(within(0.5, 2)).toBe(false);
  expect(within(0.96, 1.04, 0.05)).toBe(true);
  // Of an older result: a host that differs from itself by more cannot show it.
  expect(within(0.99, 1.01, 0.02, 0.019)).toBe(true);
  expect(within(0.99, 1.01, 0.02, 0.021)).toBe(false);
  // An interval clear of 1 may lie there, too: different, and by less than anybody minds.
  expect(within(1.005, 1.015)).toBe(true);
});
