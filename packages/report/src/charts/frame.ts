import type { ChartSpec } from "./chart-spec.ts";
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

/** An arm's name, and below it what the name does not say. */
export function armLabels(
  rows: readonly { readonly about: string; readonly baseline: boolean }[],
  theme: Theme,
) {
  return {
    margin: 10,
    formatter: (arm: string, index: number) =>
      [
        `{arm|${arm}${rows[index]!.baseline ? " (baseline)" : ""}}`,
        ...(rows[index]!.about ? [`{about|${rows[index]!.about}}`] : []),
      ].join("\n"),
    rich: {
      arm: { color: theme.text, fontSize: 13, fontFamily, align: "right", lineHeight: 15 },
      about: { color: theme.muted, fontSize: 11, fontFamily, align: "right", lineHeight: 13 },
    },
  } as const;
}
