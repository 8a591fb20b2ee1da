import type { BarRow, ChartSpec } from "./chart-spec.ts";
import { textWidth } from "./label-placement.ts";
import { fontFamily, type Theme } from "./theme.ts";

/** Room for title and subtitle above the plot. */
export const titleHeight = 58;

/** Title and subtitle at the upper left. */
export function chartTitle({ title, subtitle }: ChartSpec, theme: Theme) {
  return {
    title: {
      text: title,
      subtext: subtitle,
      left: 0,
      top: 0,
      padding: 4,
      itemGap: 5,
      textStyle: { color: theme.text, fontSize: 15, fontWeight: 600, fontFamily },
      subtextStyle: { color: theme.muted, fontSize: 12.5, fontFamily },
    },
  } as const;
}

type LabelledRow = Pick<BarRow, "arm" | "about" | "baseline">;

const fontSizes = { arm: 13, about: 11 };
const labelMargin = 10;

const nameOf = ({ arm, baseline }: LabelledRow) => (baseline ? `${arm} (baseline)` : arm);

/** Room to the left of the bars: what most charts need, so that they stand in line, or the longest label's. */
export function armLabelRoom(rows: readonly LabelledRow[]): number {
  const widths = rows.flatMap((row) => [
    textWidth(nameOf(row), fontSizes.arm),
    textWidth(row.about, fontSizes.about),
  ]);
  return Math.max(168, ...widths.map((width) => Math.ceil(width) + labelMargin));
}

/** An arm's name, and below it what the name does not say. */
export function armLabels(rows: readonly LabelledRow[], theme: Theme) {
  return {
    margin: labelMargin,
    formatter: (_: string, index: number) => {
      const row = rows[index]!;
      return [`{arm|${nameOf(row)}}`, ...(row.about ? [`{about|${row.about}}`] : [])].join("\n");
    },
    rich: {
      arm: { color: theme.text, fontSize: fontSizes.arm, fontFamily, align: "right", lineHeight: 15 },
      about: { color: theme.muted, fontSize: fontSizes.about, fontFamily, align: "right", lineHeight: 13 },
    },
  } as const;
}
