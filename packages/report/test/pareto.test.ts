import { readdir, readFile } from "node:fs/promises";
import path from "node:path";
import type { Result } from "@quantlab/core";
import { describe, expect, it } from "vitest";
import { pareto } from "../src/analyses/pareto.ts";
import { writeCharts } from "../src/charts/chart-files.ts";
import type { ParetoChart } from "../src/charts/chart-spec.ts";
import { type Box, type LabelRequest, placeLabels } from "../src/charts/label-placement.ts";
import { toResult } from "../src/index.ts";
import { ladder, ladderResult } from "./ladder-result.ts";
import { type ArmPlan, experiment, makeRun, plans } from "./run-builder.ts";
import { temporaryFolder } from "./temporary-folder.ts";

const result = ladderResult(ladder);
const named = (change: object) => ({ analysis: "pareto", cost: "modelBytes", loss: "kldMean", ...change });
const [size, speed] = [
  named({ name: "quality-size", held: "weightBytes" }),
  named({ name: "quality", cost: "decodeTps" }),
];
const chartOf = (of: Result, settings: object): ParetoChart | undefined =>
  pareto.charts!(of, settings as typeof size)[0] as ParetoChart | undefined;
const [bySize, bySpeed] = [chartOf(result, size)!, chartOf(result, speed)!];

async function drawn(of: Result): Promise<Record<string, string>> {
  const folder = await temporaryFolder();
  await writeCharts(folder, [of], [size, speed]);
  const names = await readdir(path.join(folder, "charts"));
  const read = names
    .filter((name) => name.includes("quality"))
    .sort()
    .map(async (name) => [name, await readFile(path.join(folder, "charts", name), "utf8")] as const);
  return Object.fromEntries(await Promise.all(read));
}

describe("quality charts", () => {
  it("join the arms that no other beats, from the left", () => {
    expect(bySize.frontier).not.toContain("Q4_0");
    expect(bySize.frontier).not.toContain("Q5_0");
    expect(bySize.frontier.slice(-4)).toEqual(["Q5_K_M", "Q6_K", "Q8_0", "F16"]);
    expect(bySpeed.frontier).toEqual(["F16", "Q8_0", "Q6_K", "Q4_K_M", "Q4_0"]);
    expect(bySpeed.alt).toMatch(/F16 0, the reference, at 3,000 tok\/s; Q8_0 0\.00009/);
    expect(bySpeed.alt).toMatch(
      /On the frontier: F16 0, .*; Q4_0 \S+ \(.*\) at [\d,]+ tok\/s\. Beaten: Q5_K_M, .* and IQ1_S\+imatrix\.$/,
    );
  });

  it("have intervals in both directions where there are", () => {
    const [q4] = bySpeed.points.filter(({ arm }) => arm === "Q4_K_M");
    expect(q4!.xCi95![0]).toBeLessThan(q4!.x);
    expect(q4!.yCi95).toEqual([0.0052 * 0.88, 0.0052 * 1.12]);
    expect(bySize.points.every(({ xCi95 }) => xCi95 === null)).toBe(true);
  });

  it("take the weights as held where an engine quantizes while it loads, and say so", () => {
    const nf4 = { mebibytes: 10.8, held: 3.6, divergence: 0.012, backend: "transformers-cpu" };
    const chart = chartOf(ladderResult({ ...ladder, "bnb-nf4": nf4 }), size);
    expect(chart!.points.find(({ arm }) => arm === "bnb-nf4")!.x).toBeCloseTo(3.6);
    expect(chart!.xTitle).toContain("weights as held");
    expect(bySize.xTitle).toBe("Model file, MiB");
  });

  it("show ratios of perplexity where no divergence was scored", () => {
    const { q4, q5 } = plans as Record<"q4" | "q5", ArmPlan>;
    const arms = { q4, q5, q6: { ...q5, loss: 1.58 }, q8: { ...q5, loss: 1.575, tokensPerSecond: 2000 } };
    const ratios = chartOf(toResult(makeRun({ arms }), experiment), { ...speed, loss: "perplexity" });
    expect(ratios).toMatchObject({
      scale: "ratio",
      title: "Perplexity relative to q4, over decode speed",
    });
    expect(chartOf(toResult(makeRun(), experiment), speed)).toBeUndefined();
  });

  it("are left out where two points would say what the table says", () => {
    const scored = toResult(makeRun(), experiment);
    expect(chartOf(scored, { ...speed, loss: "perplexity" })).toBeUndefined();
  });

  it("name every point once in both themes, the same bytes each time", async () => {
    const first = await drawn(result);
    expect(Object.keys(first)).toEqual(
      ["quality-dark", "quality-light", "quality-size-dark", "quality-size-light"].map(
        (name) => `sprout-${name}.svg`,
      ),
    );
    for (const svg of Object.values(first)) {
      const names = [...svg.matchAll(/>([^<>]+)</g)].map(([, text]) => text!.replace(" (baseline)", ""));
      // What is hollow was calibrated, and need not say so.
      const short = Object.keys(result.arms).map((arm) => arm.replace("+imatrix", ""));
      for (const arm of short)
        expect(names.filter((name) => name === arm)).toEqual(short.filter((other) => other === arm));
    }
    expect(await drawn(result)).toEqual(first);
  });
});

describe("names at points", () => {
  const area: Box = { x: 60, y: 60, width: 720, height: 440 };
  const crowd = (count: number): LabelRequest[] =>
    Array.from({ length: count }, (_, index) => ({
      text: `IQ${index}_XXS+imatrix`,
      x: 200 + ((index * 53) % 130),
      y: 200 + ((index * 31) % 110),
    }));

  it.each([2, 12, 24])("lie beside each other and within the plot, with %i points in a crowd", (count) => {
    const requests = crowd(count);
    const labels = placeLabels(requests, requests.map(around), area);
    expect(labels.map(({ text }) => text)).toEqual(requests.map(({ text }) => text));
    for (const [index, label] of labels.entries()) {
      for (const other of labels.slice(index + 1)) expect(overlaps(label, other)).toBe(false);
      expect(label.x).toBeGreaterThanOrEqual(area.x);
      expect(label.x + label.width).toBeLessThanOrEqual(area.x + area.width);
    }
  });

  it("stay with their points where there is room", () => {
    const [label] = placeLabels([{ text: "Q4_K_M", x: 300, y: 300 }], [], area);
    expect(label!.far).toBe(false);
    const crowded = crowd(24);
    expect(placeLabels(crowded, crowded.map(around), area).some(({ far }) => far)).toBe(true);
  });
});

const around = ({ x, y }: LabelRequest): Box => ({ x: x - 6, y: y - 6, width: 12, height: 12 });

function overlaps(one: Box, other: Box): boolean {
  return (
    one.x < other.x + other.width &&
    other.x < one.x + one.width &&
    one.y < other.y + other.height &&
    other.y < one.y + one.height
  );
}
