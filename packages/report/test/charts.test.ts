import { readdir, readFile } from "node:fs/promises";
import path from "node:path";
import { loadMs, totalMs } from "@quantlab/shared-metrics";
import { describe, expect, it } from "vitest";
import { drawBars } from "../src/charts/bar-drawing.ts";
import { writeCharts } from "../src/charts/chart-files.ts";
import type { BarChart } from "../src/charts/chart-spec.ts";
import { chartSpecs } from "../src/charts/chart-specs.ts";
import { themes } from "../src/charts/theme.ts";
import { toResult } from "../src/index.ts";
import { type ArmPlan, experiment, makeRun, plans } from "./run-builder.ts";
import { temporaryFolder } from "./temporary-folder.ts";

const result = toResult(makeRun(), experiment);
const { analyses } = experiment;

async function drawn(): Promise<Record<string, string>> {
  const folder = await temporaryFolder();
  await writeCharts(folder, [result], analyses);
  const names = (await readdir(path.join(folder, "charts"))).sort();
  const read = names.map(
    async (name) => [name, await readFile(path.join(folder, "charts", name), "utf8")] as const,
  );
  return Object.fromEntries(await Promise.all(read));
}

describe("charts", () => {
  it("are the same bytes however often they are drawn", async () => {
    const first = await drawn();
    expect(Object.keys(first)).toEqual(
      ["decode", "memory", "prefill"].flatMap((name) => [
        `sprout-${name}-dark.svg`,
        `sprout-${name}-light.svg`,
      ]),
    );
    expect(await drawn()).toEqual(first);
  });

  it("show the times that an experiment is about, before the rest", () => {
    const report = [totalMs, loadMs, ...experiment.report.filter(({ name }) => name !== "loadMs")];
    const names = chartSpecs(toResult(makeRun(), { ...experiment, report }), analyses).map(
      ({ name }) => name,
    );
    expect(names).toEqual(["answer", "load", "decode", "prefill", "memory"].map((name) => `sprout-${name}`));
  });

  it("carry every arm's name and figures, on no background, in both themes", async () => {
    const { "sprout-decode-light.svg": light, "sprout-decode-dark.svg": dark } = await drawn();
    for (const svg of [light!, dark!]) {
      for (const arm of Object.keys(plans)) expect(svg).toMatch(new RegExp(`>${arm}( \\(baseline\\))?<`));
      expect(svg).toContain(">2,480 (2,460–2,490)<");
      expect(svg).toMatch(/<rect width="800" height="\d+" x="0" y="0" fill="none">/);
      expect(svg).not.toMatch(/<style|class=|<script/);
    }
    expect(light).not.toBe(dark);
  });

  it("start bars at zero, so that lengths compare as values do", async () => {
    const svg = (await drawn())["sprout-decode-light.svg"]!;
    const widths = [...svg.matchAll(/<path d="M168 [\d.]+l([\d.]+) 0/g)].map(([, width]) => Number(width));
    const values = Object.values(result.arms).map(({ metrics }) => metrics.decodeTps!.value!);
    expect(widths).toHaveLength(4);
    const longest = Math.max(...widths);
    const shares = widths.map((width) => width / longest).sort();
    const wanted = values.map((value) => value / Math.max(...values)).sort();
    for (const [index, share] of shares.entries()) expect(share).toBeCloseTo(wanted[index]!, 2);
  });

  it("have a logarithmic axis with its marks where values span more than two decades", () => {
    const { q4, q5 } = plans as Record<"q4" | "q5", ArmPlan>;
    const spread = (tokensPerSecond: number) =>
      chartSpecs(
        toResult(makeRun({ arms: { q4, q5: { ...q5, tokensPerSecond } } }), experiment),
        [],
      )[0] as BarChart;
    expect(spread(2480 / 99).logarithmic).toBe(false);
    const wide = spread(2480 / 1000);
    expect(wide).toMatchObject({ logarithmic: true, subtitle: expect.stringContaining("logarithmic") });
    const svg = drawBars(wide, themes.light);
    for (const mark of ["1", "10", "100", "1,000"]) expect(svg).toContain(`>${mark}<`);
    expect([...svg.matchAll(/>([\d,.]+)</g)].map(([, text]) => text)).toEqual(["1", "10", "100", "1,000"]);
    const widths = [...svg.matchAll(/<path d="M168 [\d.]+l([\d.]+) 0/g)].map(([, width]) => Number(width));
    expect(Math.min(...widths) / Math.max(...widths)).toBeGreaterThan(0.05);
  });

  it("leave room for the longest name", () => {
    const { q4, q5 } = plans as Record<"q4" | "q5", ArmPlan>;
    const startOfBars = (arm: string) => {
      const [chart] = chartSpecs(toResult(makeRun({ arms: { [arm]: q4, q5 } }), experiment), []);
      return Number(
        drawBars(chart as BarChart, themes.light).match(/<path d="M([\d.]+) [\d.]+l[\d.]+ 0/)![1],
      );
    };
    const arm = "transformers-without-the-lab";
    // A letter is half as wide as it is high, on average.
    expect(startOfBars(arm)).toBeGreaterThan(`${arm} (baseline)`.length * 6.5);
    expect(startOfBars("q4")).toBe(168);
  });

  it("say their figures in words", () => {
    const [decode] = chartSpecs(result, analyses);
    expect(decode!.alt).toMatch(
      /^Decode, tok\/s, sprout, median and 95% interval: q4 2,480 \(2,460–2,490\); q5 2,310/,
    );
  });

  it("show no quality where there is none", () => {
    const random = toResult(makeRun({ synthetic: true, change: { model: "synthetic/x" } }), experiment);
    expect(chartSpecs(random, analyses).map(({ kind }) => kind)).toEqual(["bars", "bars", "bars"]);
    expect(chartSpecs(random, analyses)[0]!.subtitle).toContain("random weights");
  });
});
