import { expect, test } from "vitest";
import { formatBytes, formatCount } from "../src/index.ts";

test("amounts are written in the unit that people use", () => {
  expect([0, 1023, 1536, 494_000_000].map(formatBytes)).toEqual(["0 B", "1023 B", "1.50 KiB", "471 MiB"]);
  const counts = [5_200_000, 494_032_768, 999_885_952, 7_248_023_552];
  expect(counts.map(formatCount)).toEqual(["5.2M", "494M", "1.0B", "7.2B"]);
});
