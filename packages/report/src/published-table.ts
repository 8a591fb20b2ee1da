import type { Result } from "@quantlab/core";
import { armSubtitle } from "./arm-titles.ts";
import { code, inlineText, paragraphs, table } from "./markdown.ts";
import { displayOf, formatMetric } from "./metric-display.ts";
import { formatNumber } from "./numbers.ts";
import type { PublishedArm, PublishedExperiment } from "./published-figures.ts";

/**
 * Published figures line by line beside those of `result`, the lab's run at the published model's size (null when
 * there is none yet). Columns say which is which.
 */
export function publishedTable(published: PublishedExperiment, result: Result | null): string {
  const theirs = Object.entries(published.arms);
  const ours = Object.entries(result?.arms ?? {}).filter(([, arm]) => arm.status === "measured");
  const head = [
    "",
    ...theirs.map(([name]) => `published<br>${inlineText(name)}`),
    ...ours.map(([name, arm]) => `this lab<br>${inlineText(name)}: ${armSubtitle(arm)}`),
  ];
  const metrics = [...new Set(theirs.flatMap(([, arm]) => metricsOf(arm)))];
  const rows = metrics.map((name) => [
    `${displayOf(name).heading}, ${displayOf(name).unit}`,
    ...theirs.map(([, arm]) => publishedCell(name, arm[name])),
    ...ours.map(([, { metrics: measured }]) => (measured[name] && formatMetric(name, measured[name])) ?? "—"),
  ]);
  const remarks = theirs.some(([, arm]) => arm.quality)
    ? [
        [
          "Quality, in their words",
          ...theirs.map(([, arm]) => inlineText(String(arm.quality ?? "—"))),
          ...ours.map(() => "—"),
        ],
      ]
    : [];
  return paragraphs(
    `Source: ${inlineText(published.source)}.`,
    table(head, [...rows, ...remarks]),
    result
      ? `This lab's columns are its own run of ${code(result.model)}${result.synthetic ? " (random weights of that shape)" : ""} on ${inlineText(result.host.cpu)}: another machine and another protocol, so the lines show sizes of effects, not winners.`
      : "This lab has no run at that size yet.",
  );
}

function metricsOf(arm: PublishedArm): string[] {
  return Object.keys(arm).filter((name) => typeof arm[name] === "number");
}

function publishedCell(name: string, value: number | string | undefined): string {
  return typeof value === "number" ? formatNumber(value * displayOf(name).scale) : "—";
}
