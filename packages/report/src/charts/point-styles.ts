import type { ParetoChart, Point } from "./chart-spec.ts";
import { textWidth } from "./label-placement.ts";
import type { Mark } from "./shapes.ts";
import type { Theme } from "./theme.ts";

export interface PointStyle {
  readonly color: string;
  readonly symbol: Mark;
  readonly hollow: boolean;
}

const symbols: readonly Mark[] = ["circle", "square", "diamond", "triangle"];

/** How each point is drawn, and the legend that says so; no legend where all are of one kind. */
export function pointStyles({ points }: ParetoChart, theme: Theme) {
  const compared = points.filter(({ baseline }) => !baseline);
  const titles = [...new Set(compared.map(({ group }) => group.title))];
  const colors = [theme.accent, ...theme.more];
  const kind = (title: string) => ({
    color: colors[titles.indexOf(title) % colors.length] ?? theme.accent,
    symbol: symbols[titles.indexOf(title) % symbols.length] ?? "circle",
  });
  const of = ({ baseline, group }: Point): PointStyle =>
    baseline
      ? { color: theme.grey, symbol: "circle", hollow: false }
      : { ...kind(group.title), hollow: group.calibrated };
  const calibrated = compared.some(({ group }) => group.calibrated);
  const entry = (title: string, style: PointStyle) => ({ title, width: textWidth(title, 12) + 34, ...style });
  const entries = [
    ...titles.map((title) => entry(title, { ...kind(title), hollow: false })),
    ...(calibrated
      ? [entry("hollow: calibrated on a text", { color: theme.grey, symbol: "circle", hollow: true })]
      : []),
  ];
  return { of, entries, legend: entries.length > 1 };
}
