import { type MetricName, modelSlug, type Result } from "@quantlab/core";
import { armAbout } from "../arm-titles.ts";
import { formatMetric, headingOf, leadingTimes, metricDisplay, metricNames } from "../metric-display.ts";
import type { ChartWords } from "./chart-words.ts";
import { type ParetoChart, qualityCharts } from "./pareto-charts.ts";

export interface BarRow {
  readonly arm: string;
  /** Quantization and backend, where the arm's name does not say them. */
  readonly about: string;
  readonly baseline: boolean;
  readonly value: number;
  readonly ci95: readonly [number, number] | null;
  /** "56.1 (55.2–57.0)", drawn beside the bar. */
  readonly text: string;
}

export interface BarChart extends ChartWords {
  readonly kind: "bars";
  readonly rows: readonly BarRow[];
}

export type ChartSpec = BarChart | ParetoChart;

const barMetrics: readonly MetricName[] = ["decodeTps", "prefillTps", "peakRssBytes"];

/** The charts of a result, as data: which are worth drawing depends only on the figures that there are. */
export function chartSpecs(result: Result): ChartSpec[] {
  const reported = metricNames(Object.values(result.arms));
  const names = [...leadingTimes(reported), ...barMetrics.filter((name) => reported.includes(name))];
  const bars = names.flatMap((name) => barChart(result, name) ?? []);
  return [...bars, ...qualityCharts(result)];
}

function barChart(result: Result, name: MetricName): BarChart | null {
  const { scale } = metricDisplay[name];
  const rows = Object.entries(result.arms).flatMap(([arm, { metrics }]): BarRow[] => {
    const metric = metrics[name];
    if (!metric || metric.value === null) return [];
    const ci95 = metric.ci95 && ([metric.ci95[0] * scale, metric.ci95[1] * scale] as const);
    return [{ ...rowOf(result, arm), value: metric.value * scale, ci95, text: formatMetric(name, metric)! }];
  });
  if (rows.length < 2) return null;
  const title = headingOf(
    name,
    Object.values(result.arms).map(({ metrics }) => metrics[name]),
  );
  return {
    kind: "bars",
    name: `${modelSlug(result.model)}-${fileWord(name)}`,
    title,
    subtitle: `${modelTitle(result)}, median and 95% interval`,
    alt: `${title}, ${modelTitle(result)}, median and 95% interval: ${rows.map(({ arm, text }) => `${arm} ${text}`).join("; ")}.`,
    rows,
  };
}

function rowOf(result: Result, arm: string) {
  return { arm, about: armAbout(result, arm), baseline: arm === result.baseline };
}

function modelTitle({ model, synthetic }: Result): string {
  return synthetic ? `${model} (random weights)` : model;
}

function fileWord(name: MetricName): string {
  const words: Partial<Record<MetricName, string>> = {
    decodeTps: "decode",
    prefillTps: "prefill",
    peakRssBytes: "memory",
    totalMs: "answer",
    loadMs: "load",
  };
  return words[name] ?? name;
}
