import type { NamedAnalysis, Result } from "@quantlab/core";
import Table from "cli-table3";
import { goesDown } from "./arm-table.ts";
import { finding } from "./finding.ts";
import { displayOf, formatMetric, headingOf, isQuality, metricNames } from "./metric-display.ts";

export interface SummaryOptions {
  /** Above the table, for figures that are shown and not kept: "quick look, not kept". */
  readonly label: string | null;
  readonly analyses?: readonly NamedAnalysis[];
  /** Where the results stand, shown below the table; null when nothing was kept. */
  readonly files: readonly string[];
}

/** A result for the terminal: verdict, arms across and metrics down, the finding, where the files are. */
export function printSummary(
  result: Result,
  { label, files, analyses }: SummaryOptions,
  log: (text: string) => void,
): void {
  const arms = Object.entries(result.arms);
  const names = metricNames(arms.map(([, arm]) => arm)).filter((name) =>
    arms.some(([, { metrics }]) => typeof metrics[name]?.value === "number"),
  );
  const tables = goesDown(arms.length)
    ? [tableDown(result, names.filter(not(isQuality))), tableDown(result, names.filter(isQuality))]
    : [tableAcross(result, names)];
  const { state, reasons } = result.verdict;
  const lines = [
    `${result.experiment} on ${result.model}, ${result.host.cpu}${label ? ` (${label})` : ""}`,
    ...tables,
    `Verdict: ${state}${reasons.length > 0 ? `: ${reasons.join("; ")}` : ""}`,
    ...arms.filter(([, arm]) => arm.reason).map(([name, arm]) => `${name}: ${arm.reason}`),
    finding(result, analyses),
    ...files,
  ];
  log(lines.join("\n"));
}

const style = { head: [], border: [], compact: true };

function tableAcross({ arms, baseline }: Result, names: readonly string[]): string {
  const table = new Table({ style });
  table.push(["", ...Object.keys(arms).map((name) => armTitle(name, baseline))]);
  for (const name of names) {
    const metrics = Object.values(arms).map((arm) => arm.metrics[name]);
    table.push([
      headingOf(name, metrics),
      ...metrics.map((metric) => right((metric && formatMetric(name, metric)) ?? "—")),
    ]);
  }
  return table.toString();
}

/** Many arms go down, without their intervals: what fits into a terminal. */
function tableDown({ arms, baseline }: Result, names: readonly string[]): string {
  const table = new Table({ style });
  table.push(["", ...names.map((name) => displayOf(name).heading.replace(/,? /g, "\n"))]);
  for (const [arm, { metrics }] of Object.entries(arms)) {
    const values = names.map((name) => {
      const metric = metrics[name];
      return right(metric && metric.value !== null ? formatMetric(name, { ...metric, ci95: null })! : "—");
    });
    table.push([armTitle(arm, baseline), ...values]);
  }
  return names.length > 0 ? table.toString() : "";
}

function right(content: string) {
  return { content, hAlign: "right" as const };
}

function armTitle(name: string, baseline: string): string {
  return name === baseline ? `${name} (baseline)` : name;
}

function not(test: (name: string) => boolean) {
  return (name: string) => !test(name);
}
