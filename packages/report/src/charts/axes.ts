import type { Box } from "./label-placement.ts";
import type { Scale } from "./scale.ts";
import { type Shape, segment, words } from "./shapes.ts";
import type { Theme } from "./theme.ts";

/** Where a chart of two axes has its plot, and how values become pixels there. */
export interface Plot {
  readonly area: Box;
  readonly x: Scale;
  readonly y: Scale;
}

/** Marks of both axes: lines across the plot at the left one's, and what the lower one counts below it. */
export function axes(
  { area, x, y }: Plot,
  { xTitle, unit }: { readonly xTitle: string; readonly unit: string },
  theme: Theme,
): Shape[] {
  const [right, bottom] = [area.x + area.width, area.y + area.height];
  return [
    ...y.ticks.flatMap((tick) => [
      segment([area.x, y.at(tick)], [right, y.at(tick)], { stroke: theme.line, lineWidth: 1 }),
      words(`${tickText(tick)}${unit}`, area.x - 8, y.at(tick), {
        fill: theme.muted,
        align: "right",
        size: 12,
      }),
    ]),
    segment([area.x, bottom], [right, bottom], { stroke: theme.grey, lineWidth: 1 }),
    ...x.ticks.flatMap((tick) => [
      segment([x.at(tick), bottom], [x.at(tick), bottom + 4], { stroke: theme.grey, lineWidth: 1 }),
      words(tickText(tick), x.at(tick), bottom + 14, { fill: theme.muted, align: "center", size: 12 }),
    ]),
    words(xTitle, area.x + area.width / 2, bottom + 36, { fill: theme.muted, align: "center", size: 12.5 }),
  ];
}

/** As short as it goes: 0.0001, 2.5, 3,000. */
function tickText(value: number): string {
  const [whole, fraction] = String(Number(value.toFixed(6))).split(".");
  return [whole!.replace(/\B(?=(\d{3})+$)/g, ","), ...(fraction ? [fraction] : [])].join(".");
}
