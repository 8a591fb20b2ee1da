import type { Metric, MetricHandle, Run } from "@quantlab/core";
import {
  fairness,
  foreignTtftMs,
  goodput,
  longestGapMs,
  servedTps,
  serveGapMs,
  serveGapP99Ms,
  serveTtftMs,
  serveTtftP99Ms,
} from "@quantlab/shared-metrics";
import { formatTable } from "../../frame/table.ts";

const shown: readonly MetricHandle[] = [
  servedTps,
  serveTtftMs,
  serveTtftP99Ms,
  serveGapMs,
  serveGapP99Ms,
  longestGapMs,
  foreignTtftMs,
  goodput,
  fairness,
];

/** What the clients saw, a column for each number of them: medians over the blocks with their 95% intervals. */
export function servingTable(run: Run): string {
  const metrics = shown.filter((metric) => metric.concerns?.(run.blocks) ?? true);
  const rows = metrics.map((metric) => [
    `${metric.display.heading}, ${metric.display.unit}`,
    ...run.arms.map(({ name }) =>
      told(metric, metric.summarise(run.blocks.filter(({ arm }) => arm === name))),
    ),
  ]);
  return formatTable(["", ...run.arms.map(({ name }) => name)], rows);
}

function told({ display: { scale, digits } }: MetricHandle, metric: Metric): string {
  if (metric.value === null) return "—";
  const shown = (value: number) => String(Number((value * scale).toPrecision(digits)));
  const range = metric.ci95 ? ` (${metric.ci95.map(shown).join("–")})` : "";
  return `${shown(metric.value)}${range}`;
}
