import type { MetricName, Result } from "@quantlab/core";
import { armSubtitle } from "./arm-titles.ts";
import { footnotes } from "./footnotes.ts";
import { code, inlineText, paragraphs, table } from "./markdown.ts";
import { formatMetric, headingOf, metricNames } from "./metric-display.ts";

/** Arms across, metrics down: median and 95% interval. What has no value is a dash with its reason below. */
export function metricsTable(result: Result): string {
  const arms = Object.entries(result.arms);
  const shown = arms.filter(([, arm]) => arm.status === "measured");
  const absent = metricNames(shown.map(([, arm]) => arm)).filter(
    (name) => !shown.some(([, arm]) => hasValue(arm.metrics, name)),
  );
  const notes = footnotes();
  const rows = metricNames(shown.map(([, arm]) => arm))
    .filter((name) => !absent.includes(name))
    .map((name) => [
      headingOf(
        name,
        shown.map(([, arm]) => arm.metrics[name]),
      ),
      ...shown.map(([, { metrics }]) => {
        const metric = metrics[name];
        if (!metric) return "—";
        return formatMetric(name, metric) ?? `—${notes.mark(metric.value === null ? metric.reason : "")}`;
      }),
    ]);
  const head = [
    "",
    ...shown.map(([name, arm]) => armHeading(name, name === result.baseline, armSubtitle(arm))),
  ];
  const blocks = ["Blocks measured", ...shown.map(([, arm]) => String(arm.blocks))];
  return paragraphs(
    shown.length > 0 ? table(head, [...rows, blocks]) : "No arm was measured.",
    notes.list(),
    absent.map((name) => absentLine(result, name)).join("\n"),
    armProblems(result),
  );
}

/** The heading of an arm's column; the baseline is bold and named so. */
export function armHeading(name: string, baseline: boolean, subtitle: string): string {
  const title = inlineText(name);
  return `${baseline ? `**${title}** (baseline)` : title}<br>${subtitle}`;
}

const lostWords = { measured: "", skipped: " was skipped", failed: " failed" } as const;

/** "- `q4` was skipped: reason", also for arms that lost some of their blocks. */
function armProblems(result: Result): string {
  return Object.entries(result.arms)
    .filter(([, arm]) => arm.reason !== null)
    .map(([name, arm]) => `- ${code(name)}${lostWords[arm.status]}: ${inlineText(arm.reason!)}`)
    .join("\n");
}

function absentLine(result: Result, name: MetricName): string {
  const reasons = Object.values(result.arms).flatMap(({ metrics }) => {
    const metric = metrics[name];
    return metric?.value === null ? [metric.reason] : [];
  });
  return `- ${headingOf(name, [])}: no figure, because ${inlineText([...new Set(reasons)].join("; "))}`;
}

function hasValue(metrics: Result["arms"][string]["metrics"], name: MetricName): boolean {
  return typeof metrics[name]?.value === "number";
}
