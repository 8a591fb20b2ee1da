import type { Metric, Result } from "@quantlab/core";
import { outlierFlags } from "@quantlab/shared-metrics";
import { type ArmRow, armTable } from "./arm-table.ts";
import { armAbout } from "./arm-titles.ts";
import { footnotes } from "./footnotes.ts";
import { code, inlineText, paragraphs } from "./markdown.ts";
import { displayOf, formatMetric, headingOf, metricNames } from "./metric-display.ts";

/** Every arm and metric: median and 95% interval. What has no value is a dash with its reason below. */
export function metricsTable(result: Result): string {
  const arms = Object.entries(result.arms);
  const shown = arms.filter(([, arm]) => arm.status === "measured");
  const absent = metricNames(shown.map(([, arm]) => arm)).filter(
    (name) => !shown.some(([, arm]) => hasValue(arm.metrics, name)),
  );
  const notes = footnotes();
  const rows = metricNames(shown.map(([, arm]) => arm))
    .filter((name) => !absent.includes(name))
    .map((name): ArmRow => {
      const metrics = shown.map(([, arm]) => arm.metrics[name]);
      const cells = metrics.map((metric) => {
        if (!metric) return "—";
        const note = noteOn(metric);
        return `${formatMetric(name, metric) ?? "—"}${note ? notes.mark(note) : ""}`;
      });
      return { label: headingOf(name, metrics), cells, part: displayOf(name).kind };
    });
  const headings = shown.map(([name]) => armHeading(result, name));
  const blocks = {
    label: "Blocks measured",
    cells: shown.map(([, arm]) => String(arm.blocks)),
    part: "cost",
  };
  return paragraphs(
    shown.length > 0 ? armTable("", headings, [...rows, blocks]) : "No arm was measured.",
    notes.list(),
    absent.map((name) => absentLine(result, name)).join("\n"),
    armProblems(result),
  );
}

/** The heading of an arm's column or line; the baseline is bold and named so. */
export function armHeading(result: Result, name: string): string {
  const title = inlineText(name);
  const about = inlineText(armAbout(result, name));
  const line = name === result.baseline ? `**${title}** (baseline)` : title;
  return about === "" ? line : `${line}<br>${about}`;
}

/** Said of a median over blocks where `outlierFlags` finds any: nothing is left out for it. */
const farOff = "with a block, or more, far from the others, which counts like them";

function noteOn(metric: Metric): string | null {
  if (metric.value === null) return metric.reason;
  return metric.statistic === "median" && outlierFlags(metric.values).includes(true) ? farOff : null;
}

const lostWords = { measured: "", skipped: " was skipped", failed: " failed" } as const;

/** "- `q4` was skipped: reason", also for arms that lost some of their blocks. */
function armProblems(result: Result): string {
  return Object.entries(result.arms)
    .filter(([, arm]) => arm.reason !== null)
    .map(([name, arm]) => `- ${code(name)}${lostWords[arm.status]}: ${inlineText(arm.reason!)}`)
    .join("\n");
}

function absentLine(result: Result, name: string): string {
  const reasons = Object.values(result.arms).flatMap(({ metrics }) => {
    const metric = metrics[name];
    return metric?.value === null ? [metric.reason] : [];
  });
  return `- ${headingOf(name, [])}: no figure, because ${inlineText([...new Set(reasons)].join("; "))}`;
}

function hasValue(metrics: Result["arms"][string]["metrics"], name: string): boolean {
  return typeof metrics[name]?.value === "number";
}
