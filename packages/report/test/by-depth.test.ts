import type { ArmResult, Effect, Metric, NamedAnalysis, Result } from "@quantlab/core";
import { describe, expect, it } from "vitest";
import type { LineChart } from "../src/charts/chart-spec.ts";
import { chartSpecs } from "../src/charts/chart-specs.ts";
import { drawLines } from "../src/charts/line-drawing.ts";
import { themes } from "../src/charts/theme.ts";
import { finding } from "../src/finding.ts";
import { toResult } from "../src/index.ts";
import { experiment, makeRun, plans } from "./run-builder.ts";

const parts = ["kldDepth0", "kldDepth256", "kldDepth512"];
const lines = { f16: ["f16", "f16 deep"], q8_0: ["q8_0", "q8_0 deep"], q4_0: ["q4_0", "q4_0 deep"] };
const byDepth: NamedAnalysis = { analysis: "divergence-by-depth", name: "divergence-depth", parts };
const bySpeed: NamedAnalysis = { analysis: "speed-by-depth", metrics: ["decodeTps"], lines };
const rivals: NamedAnalysis = { analysis: "own-rivals", loss: "kldMean" };

/** Nats in each part, and tokens a second at the beginning and deep in the context. */
const figures = {
  f16: { nats: [0, 0, 0], speeds: [100, 50] },
  q8_0: { nats: [0.001, 0.0012, 0.0015], speeds: [100, 40] },
  q4_0: { nats: [0.01, 0.02, 0.04], speeds: [99, 30] },
  "q4_0 plain": { nats: [0.03, 0.06, 0.12], speeds: [98] },
} as const;

const metric = (value: number, unit = "nats"): Metric => ({
  unit,
  statistic: "mean",
  value,
  ci95: value > 0 ? [value * 0.9, value * 1.1] : [0, 0],
  values: [value],
});
const effect = (ratio: number, claim: Effect["claim"]): Effect => ({
  ratio,
  ci95: [ratio * 0.98, ratio * 1.02],
  noiseFloor: 0.01,
  claim,
});

function cacheResult(change: Partial<Result> = {}): Result {
  const made = toResult(makeRun({ arms: { f16: plans.q4! } }), experiment);
  const base = made.arms.f16!;
  const arms: Record<string, ArmResult> = {};
  const effects: Record<string, Record<string, Effect>> = {};
  for (const [name, { nats, speeds }] of Object.entries(figures)) {
    const divergence = Object.fromEntries(parts.map((part, index) => [part, metric(nats[index]!)]));
    const decodeTps = metric(speeds[0], "tok/s");
    arms[name] = { ...base, metrics: { decodeTps, ...divergence } };
    if (speeds.length < 2) continue;
    const deep = { generate: { cachedTokens: 768 } };
    const metrics = { decodeTps: metric(speeds[1]!, "tok/s") };
    arms[`${name} deep`] = { ...base, workloads: deep, metrics, against: "f16 deep" };
    effects[`${name} deep`] = { decodeTps: effect(speeds[1]! / 50, name === "q8_0" ? "none" : "less") };
  }
  arms["q4_0 plain"] = { ...arms["q4_0 plain"]!, against: "q4_0" };
  effects["q4_0 plain"] = { kldMean: effect(3, "more") };
  const { against: _, ...rival } = arms["f16 deep"]!;
  arms["f16 deep"] = rival;
  delete effects["f16 deep"];
  effects.q8_0 = {};
  return { ...made, baseline: "f16", arms, effects, ...change };
}

describe("divergence by depth", () => {
  it("is told of the first and of the last part, without the reference and what varies another arm", () => {
    expect(finding(cacheResult(), [byDepth])).toContain(
      "Mean divergence from f16's predictions, in nats, behind fewer than 256 tokens and behind 512 or more: q8_0 0.00100 and 0.00150 and q4_0 0.0100 and 0.0400.",
    );
  });

  it("is drawn at the middle of each part, a variant as such, and said in words", () => {
    const [chart] = chartSpecs(cacheResult(), [byDepth]).filter(({ kind }) => kind === "lines");
    const { lines: drawn, alt, name } = chart as LineChart;
    expect(name).toBe("sprout-divergence-depth");
    expect(drawn.map(({ title, variant }) => [title, variant])).toEqual([
      ["q8_0", undefined],
      ["q4_0", undefined],
      ["q4_0 plain", "q4_0"],
    ]);
    expect(drawn[0]!.points.map(({ x, y }) => [x, y])).toEqual([
      [128, 0.001],
      [384, 0.0012],
      [768, 0.0015],
    ]);
    expect(alt).toContain("behind 0 to 255, 256 to 511 and 512 to 1,023 tokens");
    expect(alt).toContain("q4_0 0.0100 (0.0090–0.0110), 0.0200 (0.0180–0.0220), 0.0400");
  });

  it("is nothing where no part, or one alone, was measured", () => {
    const one = { ...byDepth, parts: ["kldDepth256", "kldDepth4096"] };
    expect(chartSpecs(cacheResult(), [one]).filter(({ kind }) => kind === "lines")).toEqual([]);
    expect(finding(cacheResult(), [one])).not.toContain("Mean divergence from");
  });
});

describe("speed by depth", () => {
  it("is told of the deepest arms against their rival there, with what may be claimed", () => {
    expect(finding(cacheResult(), [bySpeed])).toContain(
      "Behind 768 tokens, against f16 there, decode speed is q8_0 0.80× (0.78–0.82, no difference shown) and q4_0 0.60× (0.59–0.61).",
    );
  });

  it("is drawn over the tokens before, a line for each name, the baseline as such", () => {
    const [chart] = chartSpecs(cacheResult(), [bySpeed]).filter(({ kind }) => kind === "lines");
    const { lines: drawn, name } = chart as LineChart;
    expect(name).toBe("sprout-decode-depth");
    expect(
      drawn.map(({ title, baseline, points }) => [title, baseline, points.map(({ x, y }) => [x, y])]),
    ).toEqual([
      [
        "f16",
        true,
        [
          [0, 100],
          [768, 50],
        ],
      ],
      [
        "q8_0",
        false,
        [
          [0, 100],
          [768, 40],
        ],
      ],
      [
        "q4_0",
        false,
        [
          [0, 99],
          [768, 30],
        ],
      ],
    ]);
  });

  it("leaves out arms that were not measured, and refuses settings that are not there", () => {
    const { arms, ...rest } = cacheResult();
    const lost = { ...arms, "q4_0 deep": { ...arms["q4_0 deep"]!, status: "failed" as const } };
    const [chart] = chartSpecs({ ...rest, arms: lost }, [bySpeed]).filter(({ kind }) => kind === "lines");
    expect((chart as LineChart).lines.map(({ title }) => title)).toEqual(["f16", "q8_0"]);
    const { lines: _, ...without } = bySpeed;
    expect(() => finding(cacheResult(), [without as NamedAnalysis])).toThrow(
      "the analysis speed-by-depth has no lists lines",
    );
    expect(() => finding(cacheResult(), [{ ...byDepth, parts: "kldDepth0" }])).toThrow(
      "the analysis divergence-by-depth has no list parts",
    );
  });
});

it("an arm that varies another is held against that", () => {
  expect(finding(cacheResult(), [rivals])).toContain(
    "Mean divergence against an arm's own rival: q4_0 plain has 3.00× that of q4_0 (95% 2.94–3.06).",
  );
});

describe("a chart of lines", () => {
  const draw = (theme: keyof typeof themes) => {
    const [chart] = chartSpecs(cacheResult(), [byDepth]).filter(({ kind }) => kind === "lines");
    return drawLines(chart as LineChart, themes[theme]);
  };

  it("names every line, in both themes, and is the same bytes again", () => {
    for (const theme of ["light", "dark"] as const) {
      for (const arm of ["q8_0", "q4_0", "q4_0 plain"]) expect(draw(theme)).toContain(`>${arm}<`);
      expect(draw(theme)).toBe(draw(theme));
    }
  });

  it("has a variant dashed, in the colour of its own line", () => {
    const { accent, more } = themes.light;
    const svg = draw("light");
    const dashed = [...svg.matchAll(/<path[^>]*stroke-dasharray[^>]*>/g)].map(([path]) => path);
    expect(dashed).toHaveLength(2);
    for (const path of dashed) expect(path).toContain(`stroke="${more[0]}"`);
    expect(svg).toContain(`stroke="${accent}"`);
  });
});
