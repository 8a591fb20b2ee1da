import type { Metric, Result } from "@quantlab/core";
import { armTable } from "./arm-table.ts";
import { footnotes } from "./footnotes.ts";
import { inlineText, paragraphs } from "./markdown.ts";
import { armHeading } from "./metrics-table.ts";
import { formatNumber, formatWithInterval } from "./numbers.ts";

/** Share of right answers in each task, with Wilson's 95% interval and what guessing would get. Null without tasks. */
export function tasksTable(result: Result): string | null {
  const arms = Object.entries(result.arms).filter(([, arm]) => Object.keys(arm.tasks).length > 0);
  const tasks = [...new Set(arms.flatMap(([, arm]) => Object.keys(arm.tasks)))];
  if (tasks.length === 0) return null;
  const notes = footnotes();
  const rows = tasks.map((task) => ({
    label: inlineText(task),
    cells: [
      String(result.tasks[task]?.items ?? "—"),
      percent(result.tasks[task]?.chance ?? null),
      ...arms.map(([, arm]) => taskCell(arm.tasks[task], notes.mark)),
    ],
  }));
  const headings = ["Items", "Chance", ...arms.map(([name]) => armHeading(result, name))];
  return paragraphs(armTable("Task, % right", headings, rows), notes.list());
}

function taskCell(metric: Metric | undefined, mark: (reason: string) => string): string {
  if (!metric) return "—";
  if (metric.value === null) return `—${mark(metric.reason)}`;
  return formatWithInterval(metric.value * 100, metric.ci95 && [metric.ci95[0] * 100, metric.ci95[1] * 100]);
}

function percent(share: number | null): string {
  return share === null ? "—" : formatNumber(share * 100);
}
