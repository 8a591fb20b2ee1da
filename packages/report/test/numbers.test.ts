import { describe, expect, it } from "vitest";
import {
  formatNoise,
  formatNumber,
  formatRatio,
  formatTime,
  formatWithInterval,
  listed,
} from "../src/numbers.ts";

describe("numbers", () => {
  it.each([
    [56.08, "56.1"],
    [23_456, "23,500"],
    [1_234_567, "1,230,000"],
    [999.6, "1,000"],
    [9.996, "10.0"],
    [0.031249, "0.0312"],
    [0, "0"],
    [-2e-11, "0"],
  ])("shows %d with three significant digits as %s", (value, text) => {
    expect(formatNumber(value)).toBe(text);
  });

  it("rounds an interval where its value is", () => {
    expect(formatWithInterval(56.08, [55.15, 57.02])).toBe("56.1 (55.1–57.0)");
    expect(formatWithInterval(2314, [2288, 2331])).toBe("2,310 (2,290–2,330)");
    expect(formatWithInterval(4.8563, null, 4)).toBe("4.856");
  });

  it("gives a ratio the places that its interval can carry", () => {
    expect(formatRatio(0.9312, [0.9012, 0.9611])).toEqual({ ratio: "0.93", interval: "0.90–0.96" });
    expect(formatRatio(1.00042, [1.0002, 1.0006])).toEqual({ ratio: "1.0004", interval: "1.0002–1.0006" });
  });

  it("never rounds an end that is clear of 1 to 1", () => {
    expect(formatRatio(0.98, [0.9602, 0.9996]).interval).toBe("0.9602–0.9996");
    // This one is 1.
    expect(formatRatio(1.0833, [1, 1.238]).interval).toBe("1.00–1.24");
  });

  it("shows no interval where nothing is uncertain", () => {
    expect(formatRatio(1.1538, [1.1538, 1.1538])).toEqual({ ratio: "1.15", interval: null });
    expect(formatRatio(1, [1, 1])).toEqual({ ratio: "1", interval: null });
    expect(formatRatio(1.0004, [1.0004, 1.0004])).toEqual({ ratio: "1.0004", interval: null });
  });

  it("shows a noise floor as the percentage it stands for", () => {
    expect(formatNoise(Math.log(1.02))).toBe("2.0");
  });

  it("shows times in UTC whatever the zone they are written in", () => {
    expect(formatTime("2026-03-01T10:12:30+01:00")).toBe("2026-03-01 09:12 UTC");
  });

  it("lists as people do", () => {
    expect([listed([]), listed(["a"]), listed(["a", "b"]), listed(["a", "b", "c"])]).toEqual([
      "",
      "a",
      "a and b",
      "a, b and c",
    ]);
  });
});
