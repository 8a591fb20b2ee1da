import { modelSlug, type NamedAnalysis, type Result } from "@quantlab/core";
import { analysed, together } from "../analyses/list.ts";
import { armAbout } from "../arm-titles.ts";
import { ofOneMachine } from "../arrangement.ts";
import { barMetrics, displayOf, formatMetric, headingOf, metricNames } from "../metric-display.ts";
import type { BarChart, BarRow, ChartSpec } from "./chart-spec.ts";

const twoDecades = 100;
const mostInWords = 12;

/** Figures for those who cannot see the picture; more than a dozen are better read from the table. */
function inWords(figures: readonly string[]): string {
  return figures.length > mostInWords
    ? `${figures.length} arms, whose figures stand in the tables`
    : figures.join("; ");
}

/** The charts of a result, as data: bars of what its metrics' displays say, then those of the analyses. */
export function chartSpecs(result: Result, analyses: readonly NamedAnalysis[]): ChartSpec[] {
  const names = barMetrics(metricNames(Object.values(result.arms)));
  const bars = names.flatMap((name) => barChart(result, name) ?? []);
  return [...bars, ...analysed("charts", result, analyses).flat()];
}

/** What the analyses draw of several models on the machine of the first. */
export function chartsTogether(results: readonly Result[], analyses: readonly NamedAnalysis[]): ChartSpec[] {
  const own = ofOneMachine(results);
  return own.length > 0 ? together(analyses).flatMap(({ charts }) => charts(own)) : [];
}

function barChart(result: Result, name: string): BarChart | null {
  const { scale, chart } = displayOf(name);
  const rows = Object.entries(result.arms).flatMap(([arm, { metrics }]): BarRow[] => {
    const metric = metrics[name];
    if (!metric || metric.value === null) return [];
    const ci95 = metric.ci95 && ([metric.ci95[0] * scale, metric.ci95[1] * scale] as const);
    return [{ ...rowOf(result, arm), value: metric.value * scale, ci95, text: formatMetric(name, metric)! }];
  });
  if (rows.length < 2) return null;
  const values = rows.map(({ value }) => value).filter((value) => value > 0);
  const logarithmic = Math.max(...values) > twoDecades * Math.min(...values);
  const title = headingOf(
    name,
    Object.values(result.arms).map(({ metrics }) => metrics[name]),
  );
  return {
    kind: "bars",
    name: `${modelSlug(result.model)}-${chart}`,
    title,
    subtitle: `${modelTitle(result)}, median and 95% interval${logarithmic ? "; the axis is logarithmic" : ""}`,
    alt: `${title}, ${modelTitle(result)}, median and 95% interval: ${inWords(rows.map(({ arm, text }) => `${arm} ${text}`))}.`,
    logarithmic,
    rows,
  };
}

function rowOf(result: Result, arm: string) {
  return { arm, about: armAbout(result, arm), baseline: arm === result.baseline };
}

function modelTitle({ model, synthetic }: Result): string {
  return synthetic ? `${model} (random weights)` : model;
}
