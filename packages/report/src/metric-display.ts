import type { Metric, MetricName } from "@quantlab/core";
import { formatWithInterval } from "./numbers.ts";

/** How a metric is shown to people, and in which words two arms differ in it. */
export interface MetricDisplay {
  readonly heading: string;
  /** The unit on the page; a value is multiplied by `scale` to get there. */
  readonly unit: string;
  readonly scale: number;
  readonly digits: number;
  /** What a higher and a lower value is called. */
  readonly more: string;
  readonly less: string;
  /** In a sentence: "no difference in decode speed". */
  readonly noun: string;
}

const mebi = 2 ** -20;
const time = { unit: "ms", scale: 1, digits: 3, more: "slower", less: "faster" };
const speed = { unit: "tok/s", scale: 1, digits: 3, more: "faster", less: "slower" };
const memory = { unit: "MiB", scale: mebi, digits: 3, more: "more", less: "less" };
const loss = { scale: 1, digits: 3, more: "worse", less: "better" };
const share = { unit: "%", scale: 100, digits: 3, more: "better", less: "worse" };

/** Every metric of the lab. */
export const metricDisplay: Readonly<Record<MetricName, MetricDisplay>> = {
  loadMs: { heading: "Load", noun: "load time", ...time },
  modelLoadMs: { heading: "Load, the model alone", noun: "load time of the model alone", ...time },
  coldLoadMs: { heading: "Cold load", noun: "cold load time", ...time },
  ttftMs: { heading: "Time to first token", noun: "time to first token", ...time },
  prefillTps: { heading: "Prefill", noun: "prefill speed", ...speed },
  decodeTps: { heading: "Decode", noun: "decode speed", ...speed },
  totalMs: { heading: "Whole answer", noun: "time of the whole answer", ...time },
  rssAfterLoadBytes: { heading: "Memory after load", noun: "memory after load", ...memory },
  rssAfterGenerateBytes: { heading: "Memory after generation", noun: "memory after generation", ...memory },
  peakRssBytes: { heading: "Peak memory", noun: "peak memory", ...memory },
  cpuPercent: {
    heading: "CPU",
    noun: "CPU time",
    unit: "% of one core",
    scale: 1,
    digits: 3,
    more: "more",
    less: "less",
  },
  modelBytes: { heading: "Model file", noun: "file size", ...memory, more: "larger", less: "smaller" },
  weightBytes: { heading: "Weights as held", noun: "memory of the weights", ...memory },
  bitsPerWeight: {
    heading: "Bits per weight",
    noun: "bits per weight",
    unit: "",
    scale: 1,
    digits: 3,
    more: "more",
    less: "less",
  },
  bandwidthUtilization: {
    heading: "Weight traffic ÷ copy traffic",
    noun: "bandwidth utilization",
    unit: "%",
    scale: 100,
    digits: 3,
    more: "more",
    less: "less",
  },
  joulesPerToken: {
    heading: "Energy per token",
    noun: "energy per token",
    unit: "J",
    scale: 1,
    digits: 3,
    more: "more",
    less: "less",
  },
  perplexity: { heading: "Perplexity", noun: "perplexity", unit: "lower is better", ...loss, digits: 4 },
  bitsPerByte: { heading: "Bits per byte", noun: "bits per byte", unit: "bits", ...loss, digits: 4 },
  kldMean: { heading: "Mean divergence", noun: "mean divergence", unit: "nats", ...loss },
  kldMedian: { heading: "Median divergence", noun: "median divergence", unit: "nats", ...loss },
  kldP99: {
    heading: "Divergence, 99th percentile",
    noun: "divergence at the 99th percentile",
    unit: "nats",
    ...loss,
  },
  kldP999: {
    heading: "Divergence, 99.9th percentile",
    noun: "divergence at the 99.9th percentile",
    unit: "nats",
    ...loss,
  },
  kldMax: { heading: "Largest divergence", noun: "largest divergence", unit: "nats", ...loss },
  topTokenAgreement: { heading: "Same top token", noun: "agreement on the top token", ...share },
  rmsDeltaP: { heading: "RMS Δp", noun: "RMS change of probability", unit: "%", ...loss, scale: 100 },
  accuracy: { heading: "Multiple-choice accuracy", noun: "multiple-choice accuracy", ...share },
  flips: { heading: "Flipped answers", noun: "flipped answers", ...share, more: "worse", less: "better" },
};

/** "Peak memory, MiB PSS": what memory was counted as stands in the metric's own unit. */
export function headingOf(name: MetricName, metrics: readonly (Metric | undefined)[]): string {
  const { heading, unit } = metricDisplay[name];
  const counted = new Set(
    metrics.flatMap((metric) => (metric?.unit.startsWith("bytes ") ? metric.unit.slice(6) : [])),
  );
  const measure = [unit, [...counted].join(" or ")].filter((word) => word !== "").join(" ");
  return measure ? `${heading}, ${measure}` : heading;
}

/** "56.1 (55.2–57.0)" in the display's unit, or null when there is no value. */
export function formatMetric(name: MetricName, metric: Metric): string | null {
  if (metric.value === null) return null;
  const { scale, digits } = metricDisplay[name];
  const ci95 = metric.ci95 && ([metric.ci95[0] * scale, metric.ci95[1] * scale] as const);
  return formatWithInterval(metric.value * scale, ci95, digits);
}

/** Every metric that an arm of the result carries, in the order in which the experiment reports them. */
export function metricNames(
  arms: readonly { readonly metrics: Partial<Record<MetricName, Metric>> }[],
): MetricName[] {
  return [...new Set(arms.flatMap((arm) => Object.keys(arm.metrics) as MetricName[]))];
}

/** Metrics of what the model says, as against what it takes to say it. */
export function isQuality(name: MetricName): boolean {
  return /^(perplexity|bitsPerByte|kld|topToken|rmsDeltaP|accuracy|flips)/.test(name);
}

/** Times that stand among the first two metrics are what an experiment is about: it draws and tells them. */
export function leadingTimes(reported: readonly MetricName[]): MetricName[] {
  return reported.slice(0, 2).filter((name) => name === "totalMs" || name === "loadMs");
}
