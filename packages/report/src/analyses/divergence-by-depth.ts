import { type MetricHandle, modelSlug, type NamedAnalysis, type Result } from "@quantlab/core";
import { metricNamed } from "@quantlab/shared-metrics";
import type { Line, LineChart } from "../charts/chart-spec.ts";
import { formatMetric, formatValue } from "../metric-display.ts";
import { formatWhole, listed } from "../numbers.ts";
import { type Analysis, names, setting } from "./analysis.ts";

/**
 * How far arms are from the reference at the beginning of a context and where they are deepest in it. Settings: `name` of
 * the chart, and `parts`, the metrics that tell of parts of a context.
 */
export const divergenceByDepth: Analysis = {
  sentences(result, named) {
    const parts = partsOf(result, named);
    const [first, last] = [parts[0], parts.at(-1)];
    if (!first || !last || first === last) return [];
    const told = comparedArms(result, parts).flatMap((arm) => {
      // What varies another arm is told beside that one.
      if (result.arms[arm]!.against !== undefined) return [];
      const [before, after] = [first, last].map(({ name }) =>
        formatValue(name, result.arms[arm]!.metrics[name]!),
      );
      return [`${arm} ${before} and ${after}`];
    });
    const { display } = first;
    return told.length > 0
      ? [
          `Mean divergence from ${result.baseline}'s predictions, in ${display.unit}, behind fewer than ${formatWhole(first.depth![1])} tokens and behind ${formatWhole(last.depth![0])} or more: ${listed(told)}.`,
        ]
      : [];
  },
  charts(result, named) {
    const parts = partsOf(result, named);
    const lines = comparedArms(result, parts).map((arm) => lineOf(result, arm, parts));
    return parts.length < 2 || lines.length === 0 ? [] : [chartOf(result, named, parts, lines)];
  },
};

/** The parts that any arm was measured in, from the beginning of the context on. */
function partsOf(result: Result, named: NamedAnalysis): MetricHandle[] {
  return names(named, "parts")
    .map(metricNamed)
    .filter(({ name, depth }) => depth && Object.values(result.arms).some((arm) => hasValue(arm, name)))
    .sort((a, b) => a.depth![0] - b.depth![0]);
}

/** Arms that are at some distance from the reference in every part; the reference is at none. */
function comparedArms({ arms }: Result, parts: readonly MetricHandle[]): string[] {
  return Object.keys(arms).filter((arm) =>
    parts.every(({ name }) => (arms[arm]!.metrics[name]?.value ?? 0) > 0),
  );
}

function hasValue({ metrics }: Result["arms"][string], name: string): boolean {
  return typeof metrics[name]?.value === "number";
}

function lineOf({ arms }: Result, arm: string, parts: readonly MetricHandle[]): Line {
  const { against, metrics } = arms[arm]!;
  const points = parts.flatMap(({ name, depth }) => {
    const metric = metrics[name]!;
    if (metric.value === null) return [];
    // A mean over the part stands for its middle.
    return [{ x: (depth![0] + depth![1]) / 2, y: metric.value, yCi95: metric.ci95 }];
  });
  return { title: arm, baseline: false, ...(against !== undefined && { variant: against }), points };
}

function chartOf(
  result: Result,
  named: NamedAnalysis,
  parts: readonly MetricHandle[],
  lines: readonly Line[],
): LineChart {
  const { display } = parts[0]!;
  const title = `Mean divergence from ${result.baseline}, ${display.unit}, by depth in the context`;
  const told = lines.map(({ title: arm }) => {
    const values = parts.map(({ name }) => formatMetric(name, result.arms[arm]!.metrics[name]!));
    return `${arm} ${values.join(", ")}`;
  });
  const spans = parts.map(({ depth }) => `${formatWhole(depth![0])} to ${formatWhole(depth![1] - 1)}`);
  return {
    kind: "lines",
    name: `${modelSlug(result.model)}-${setting(named, "name")}`,
    title,
    subtitle: `${result.model}; lower is better, means over parts of the context with 95% intervals`,
    xTitle: "Tokens before, middle of the part",
    alt: `${title}, ${result.model}, lower is better, behind ${listed(spans)} tokens: ${told.join("; ")}.`,
    lines,
  };
}
