import type { ArmResult, Metric, MetricDisplay } from "@quantlab/core";
import { metricNamed } from "@quantlab/shared-metrics";
import { formatWithInterval } from "./numbers.ts";

/** How people see the metric of this name. */
export const displayOf = (name: string): MetricDisplay => metricNamed(name).display;

/** "Peak memory, MiB PSS": what memory was counted as stands in the metric's own unit. */
export function headingOf(name: string, metrics: readonly (Metric | undefined)[]): string {
  const { heading, unit } = displayOf(name);
  const counted = new Set(
    metrics.flatMap((metric) => (metric?.unit.startsWith("bytes ") ? metric.unit.slice(6) : [])),
  );
  const measure = [unit, [...counted].join(" or ")].filter((word) => word !== "").join(" ");
  return measure ? `${heading}, ${measure}` : heading;
}

/** "56.1 (55.2–57.0)" in the display's unit, or null when there is no value. */
export function formatMetric(name: string, metric: Metric): string | null {
  if (metric.value === null) return null;
  const { scale, digits } = displayOf(name);
  const ci95 = metric.ci95 && ([metric.ci95[0] * scale, metric.ci95[1] * scale] as const);
  return formatWithInterval(metric.value * scale, ci95, digits);
}

/** "56.1": without its interval. */
export function formatValue(name: string, metric: Metric): string | null {
  return metric.value === null ? null : formatMetric(name, { ...metric, ci95: null });
}

/** Every metric that an arm of the result carries, in the order in which the experiment reports them. */
export function metricNames(arms: readonly Pick<ArmResult, "metrics">[]): string[] {
  return [...new Set(arms.flatMap((arm) => Object.keys(arm.metrics)))];
}

/** Metrics of what the model says, as against what it takes to say it. */
export const isQuality = (name: string): boolean => displayOf(name).kind === "quality";

/** Times that stand among the first two metrics are what an experiment is about: it draws and tells them. */
export function leadingMetrics(reported: readonly string[]): string[] {
  return reported.slice(0, 2).filter((name) => displayOf(name).leads);
}

/** Metrics that are drawn as bars: those that lead, then the others; of those for one file the first. */
export function barMetrics(reported: readonly string[]): string[] {
  const drawn = reported.filter((name) => displayOf(name).chart && !displayOf(name).leads);
  const files = drawn.map((name) => displayOf(name).chart);
  return [...leadingMetrics(reported), ...drawn.filter((_, index) => files.indexOf(files[index]) === index)];
}
