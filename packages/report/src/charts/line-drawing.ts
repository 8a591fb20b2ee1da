import type { EChartsOption } from "echarts/types/dist/shared";
import { axes, type Plot } from "./axes.ts";
import type { Line, LineChart } from "./chart-spec.ts";
import { renderSvg } from "./echarts.ts";
import { chartTitle, titleHeight } from "./frame.ts";
import { labelFontSize, textWidth } from "./label-placement.ts";
import { scaleOf } from "./scale.ts";
import { dot, type Shape, segment, words } from "./shapes.ts";
import { chartWidth, type Theme } from "./theme.ts";

const height = 380;
const margin = { left: 66, bottom: 52 };
const radius = 4;
const labelHeight = 15;

/** Lines with a whisker at each point, each named where it ends; one that varies another is dashed in its colour. */
export function drawLines(chart: LineChart, theme: Theme): string {
  const plot = plotOf(chart);
  const colors = colorsOf(chart, theme);
  const option: EChartsOption = {
    ...chartTitle(chart, theme),
    graphic: {
      silent: true,
      elements: [
        ...axes(plot, { xTitle: chart.xTitle, unit: "" }, theme),
        ...chart.lines.flatMap((line) => drawn(line, plot, colors.get(line.title)!)),
        ...names(chart, plot, theme, colors),
      ],
    },
  };
  return renderSvg(option, height);
}

function plotOf({ lines }: LineChart): Plot {
  const right = Math.max(...lines.map(({ title }) => textWidth(title))) + 28;
  const area = {
    x: margin.left,
    y: titleHeight,
    width: chartWidth - margin.left - right,
    height: height - titleHeight - margin.bottom,
  };
  const points = lines.flatMap((line) => line.points);
  return {
    area,
    x: scaleOf(
      points.map(({ x }) => x),
      [area.x, area.x + area.width],
    ),
    y: scaleOf(
      points.flatMap(({ y, yCi95 }) => [y, ...(yCi95 ?? [])]),
      [area.y + area.height, area.y],
    ),
  };
}

/** Grey for what the others are compared with; a variant's is that of its own line. */
function colorsOf({ lines }: LineChart, theme: Theme): ReadonlyMap<string, string> {
  const palette = [theme.accent, ...theme.more];
  const own = lines.filter(({ baseline, variant }) => !baseline && variant === undefined);
  const colors = new Map(own.map(({ title }, index) => [title, palette[index % palette.length]!]));
  return new Map(
    lines.map(({ title, variant }) => [title, colors.get(variant ?? title) ?? theme.grey] as const),
  );
}

function drawn({ points, variant }: Line, { x, y }: Plot, color: string): Shape[] {
  const stroke = { stroke: color, lineWidth: 1.75, ...(variant !== undefined && { lineDash: [4, 3] }) };
  const at = (index: number) => [x.at(points[index]!.x), y.at(points[index]!.y)] as const;
  return points.flatMap(({ yCi95 }, index) => {
    const [left, top] = at(index);
    const whisker = { stroke: color, lineWidth: 1.5 };
    return [
      ...(index > 0 ? [segment(at(index - 1), [left, top], stroke)] : []),
      ...(yCi95 ? [segment([left, y.at(yCi95[0])], [left, y.at(yCi95[1])], whisker)] : []),
      dot({ x: left, y: top, radius, symbol: "circle", color, hollow: variant !== undefined }),
    ];
  });
}

/** To the right of the plot, in the order of the lines' ends, as near to these as leaves each a line of its own. */
function names(
  { lines }: LineChart,
  { area, x, y }: Plot,
  theme: Theme,
  colors: ReadonlyMap<string, string>,
): Shape[] {
  const wanted = lines
    .map(({ title, points }) => ({ title, x: x.at(points.at(-1)!.x), y: y.at(points.at(-1)!.y) }))
    .sort((a, b) => a.y - b.y);
  const places: number[] = [];
  for (const { y: end } of wanted) places.push(Math.max(end, (places.at(-1) ?? 0) + labelHeight));
  // What was pushed below the plot pushes the others up.
  let lowest = area.y + area.height;
  for (let index = places.length - 1; index >= 0; index--) {
    places[index] = Math.min(places[index]!, lowest);
    lowest = places[index]! - labelHeight;
  }
  const left = area.x + area.width;
  return wanted.flatMap(({ title, x: last, y: end }, index) => {
    const place = places[index]!;
    const lead = { stroke: colors.get(title)!, lineWidth: 0.75 };
    return [
      segment([last + radius + 2, end], [left + 10, place], lead),
      words(title, left + 14, place, { fill: theme.text, align: "left", size: labelFontSize }),
    ];
  });
}
