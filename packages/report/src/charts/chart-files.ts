import { readdir, readFile, rm } from "node:fs/promises";
import path from "node:path";
import { type NamedAnalysis, type Result, writeFileAtomic } from "@quantlab/core";
import { chartFile, type ThemeName } from "./chart-markup.ts";
import type { ChartSpec } from "./chart-spec.ts";
import { chartSpecs, chartsTogether } from "./chart-specs.ts";
import { type Theme, themes } from "./theme.ts";

/** Draws the charts of `results` into `<folder>/charts` and removes charts that nothing shows any more. */
export async function writeCharts(
  folder: string,
  results: readonly Result[],
  analyses: readonly NamedAnalysis[],
): Promise<void> {
  const specs = [
    ...results.flatMap((result) => chartSpecs(result, analyses)),
    ...chartsTogether(results, analyses),
  ];
  const drawn = new Map<string, string>();
  if (specs.length > 0) {
    const draw = await drawing();
    for (const spec of specs) {
      for (const theme of Object.keys(themes) as ThemeName[])
        drawn.set(path.join(folder, chartFile(spec.name, theme)), draw(spec, theme));
    }
  }
  for (const [file, svg] of drawn) {
    const before = await readFile(file, "utf8").catch(() => null);
    if (before !== svg) await writeFileAtomic(file, svg);
  }
  for (const name of await readdir(path.join(folder, "charts")).catch(() => [])) {
    const file = path.join(folder, "charts", name);
    if (/-(light|dark)\.svg$/.test(name) && !drawn.has(file)) await rm(file);
  }
}

/** ECharts takes longer to load than a report pass in which nothing changed may take. */
async function drawing(): Promise<(spec: ChartSpec, theme: ThemeName) => string> {
  const { drawBars } = await import("./bar-drawing.ts");
  const { drawPareto } = await import("./pareto-drawing.ts");
  const { drawLines } = await import("./line-drawing.ts");
  const draw = (spec: ChartSpec, theme: Theme) => {
    if (spec.kind === "bars") return drawBars(spec, theme);
    return spec.kind === "pareto" ? drawPareto(spec, theme) : drawLines(spec, theme);
  };
  return (spec, theme) => `${draw(spec, themes[theme])}\n`;
}
