import type { Result } from "@quantlab/core";
import Table from "cli-table3";
import { finding } from "./finding.ts";
import { formatMetric, headingOf, metricNames } from "./metric-display.ts";

export interface SummaryOptions {
  /** Above the table, for figures that are shown and not kept: "quick look, not kept". */
  readonly label: string | null;
  /** Where the results stand, shown below the table; null when nothing was kept. */
  readonly files: readonly string[];
}

/** A result for the terminal: verdict, arms across and metrics down, the finding, where the files are. */
export function printSummary(
  result: Result,
  { label, files }: SummaryOptions,
  log: (text: string) => void,
): void {
  const arms = Object.entries(result.arms);
  const table = new Table({ style: { head: [], border: [], compact: true } });
  table.push(["", ...arms.map(([name]) => (name === result.baseline ? `${name} (baseline)` : name))]);
  for (const name of metricNames(arms.map(([, arm]) => arm))) {
    const metrics = arms.map(([, arm]) => arm.metrics[name]);
    if (metrics.every((metric) => !metric || metric.value === null)) continue;
    table.push([
      headingOf(name, metrics),
      ...metrics.map((metric) => ({
        content: (metric && formatMetric(name, metric)) ?? "—",
        hAlign: "right" as const,
      })),
    ]);
  }
  const { state, reasons } = result.verdict;
  const lines = [
    `${result.experiment} on ${result.model}, ${result.host.cpu}${label ? ` (${label})` : ""}`,
    table.toString(),
    `Verdict: ${state}${reasons.length > 0 ? `: ${reasons.join("; ")}` : ""}`,
    ...arms.filter(([, arm]) => arm.reason).map(([name, arm]) => `${name}: ${arm.reason}`),
    finding(result),
    ...files,
  ];
  log(lines.join("\n"));
}
