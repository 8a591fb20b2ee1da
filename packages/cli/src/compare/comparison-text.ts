import type { ComparedMetric, Comparison } from "@quantlab/core";
import { formatRatio, formatWithInterval } from "@quantlab/report";
import { metricNamed } from "@quantlab/shared-metrics";
import { formatTable } from "../frame/table.ts";
import { moreBlocks } from "./more-blocks.ts";

/** The table that people read, and what was to fail below it. */
export function comparisonText({ a, b, metrics, bounds }: Comparison): string {
  const heading = ["", "A", "B", "B ÷ A (95%)", ""];
  const rows = Object.entries(metrics).map(([name, compared]) => row(name, compared));
  return [
    `A: ${a.name}\nB: ${b.name}\n\n`,
    rows.length > 0 ? formatTable(heading, rows) : "No metric has a figure in either.\n",
    ...bounds
      .filter(({ outcome }) => outcome !== "undecided")
      .map(({ outcome, words }) => `${outcome}: ${words}\n`),
  ].join("");
}

function row(name: string, compared: ComparedMetric): string[] {
  const { heading, unit } = metricNamed(name).display;
  const { a, b, effect, conclusion, words, furtherBlocks } = compared;
  const told =
    conclusion === "undecided" && furtherBlocks !== null ? `${words}: ${moreBlocks(furtherBlocks)}` : words;
  return [unit ? `${heading}, ${unit}` : heading, figure(name, a), figure(name, b), ratioOf(effect), told];
}

function figure(name: string, metric: ComparedMetric["a"]): string {
  if (metric.value === null) return "—";
  const { scale, digits } = metricNamed(name).display;
  const ci95 = metric.ci95 && ([metric.ci95[0] * scale, metric.ci95[1] * scale] as const);
  return formatWithInterval(metric.value * scale, ci95, digits);
}

/** "1.43× (1.40–1.45)". */
function ratioOf(effect: ComparedMetric["effect"]): string {
  if (!effect) return "—";
  const { ratio, interval } = formatRatio(effect.ratio, effect.ci95);
  return `${ratio}×${interval ? ` (${interval})` : ""}`;
}
