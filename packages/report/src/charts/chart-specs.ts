import { type MetricName, modelSlug, type Result } from "@quantlab/core";
import { backendShort } from "../arm-titles.ts";
import { formatMetric, headingOf, leadingTimes, metricDisplay, metricNames } from "../metric-display.ts";
import { formatNumber, formatRatio } from "../numbers.ts";

interface Row {
  readonly arm: string;
  readonly about: string;
  readonly baseline: boolean;
}

export interface BarRow extends Row {
  readonly value: number;
  readonly ci95: readonly [number, number] | null;
  /** "56.1 (55.2–57.0)", drawn beside the bar. */
  readonly text: string;
}

export interface Point extends Row {
  readonly x: number;
  readonly xCi95: readonly [number, number] | null;
  readonly y: number;
  readonly yCi95: readonly [number, number];
}

interface Common {
  /** File name without theme and suffix. */
  readonly name: string;
  readonly title: string;
  readonly subtitle: string;
  /** The figures in words, for those who cannot see the picture. */
  readonly alt: string;
}

export interface BarChart extends Common {
  readonly kind: "bars";
  readonly rows: readonly BarRow[];
}

export interface ScatterChart extends Common {
  readonly kind: "scatter";
  readonly xTitle: string;
  readonly points: readonly Point[];
}

export type ChartSpec = BarChart | ScatterChart;

const barMetrics: readonly MetricName[] = ["decodeTps", "prefillTps", "peakRssBytes"];

/** The charts of a result, as data: which are worth drawing depends only on the figures that there are. */
export function chartSpecs(result: Result): ChartSpec[] {
  const reported = metricNames(Object.values(result.arms));
  const names = [...leadingTimes(reported), ...barMetrics.filter((name) => reported.includes(name))];
  const bars = names.flatMap((name) => barChart(result, name) ?? []);
  return [...bars, ...(qualityChart(result) ?? [])];
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

/** Loss against the baseline over decode speed. Ratios are paired, so their intervals show what unpaired ones hide. */
function qualityChart(result: Result): [ScatterChart] | null {
  const points = Object.entries(result.arms).flatMap(([arm, { metrics }]): Point[] => {
    const [speed, loss] = [metrics.decodeTps, metrics.perplexity];
    const effect = result.effects[arm]?.perplexity;
    if (!speed || speed.value === null || !loss || loss.value === null) return [];
    if (arm !== result.baseline && !effect) return [];
    return [
      {
        ...rowOf(result, arm),
        x: speed.value,
        xCi95: speed.ci95,
        y: effect?.ratio ?? 1,
        yCi95: effect?.ci95 ?? [1, 1],
      },
    ];
  });
  if (points.length < 2) return null;
  const title = `Perplexity relative to ${result.baseline}, over decode speed`;
  const told = points.map(
    ({ arm, x, y, yCi95 }) => `${arm} ${formatRatio(y, yCi95).ratio} at ${formatNumber(x)} tok/s`,
  );
  return [
    {
      kind: "scatter",
      name: `${modelSlug(result.model)}-quality`,
      title,
      subtitle: `${result.model}; lower is better, right is faster; lines are 95% intervals`,
      xTitle: "Decode, tok/s",
      alt: `${title}, ${result.model}, lower is better: ${told.join("; ")}.`,
      points,
    },
  ];
}

function rowOf(result: Result, arm: string): Row {
  const of = result.arms[arm]!;
  return { arm, about: `${of.quantization}, ${backendShort(of)}`, baseline: arm === result.baseline };
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
