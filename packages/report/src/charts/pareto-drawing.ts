import type { EChartsOption } from "echarts/types/dist/shared";
import { axes } from "./axes.ts";
import type { ParetoChart, Point } from "./chart-spec.ts";
import { renderSvg } from "./echarts.ts";
import { chartTitle, titleHeight } from "./frame.ts";
import { type Box, labelFontSize, placeLabels } from "./label-placement.ts";
import { type PointStyle, pointStyles } from "./point-styles.ts";
import { type Scale, scaleOf } from "./scale.ts";
import { dot, type Shape, segment, words } from "./shapes.ts";
import { chartWidth, type Theme } from "./theme.ts";

const few = 8;
const height = { few: 320, many: 560 };
const legendHeight = 24;
const margin = { left: 66, right: 14, bottom: 52 };
const radius = 5;

interface Layout {
  readonly area: Box;
  readonly x: Scale;
  readonly y: Scale;
  /** Where a point is in the picture; the reference, which loses nothing, is on the lower edge. */
  at(point: Point): { readonly x: number; readonly y: number };
}

/** Points with interval whiskers, the frontier as a dashed step line, and a name at each point that nothing covers. */
export function drawPareto(chart: ParetoChart, theme: Theme): string {
  const style = pointStyles(chart, theme);
  const full = (chart.points.length > few ? height.many : height.few) + (style.legend ? legendHeight : 0);
  const layout = layoutOf(chart, full, style.legend ? legendHeight : 0);
  const option: EChartsOption = {
    ...chartTitle(chart, theme),
    graphic: {
      silent: true,
      elements: [
        ...axes(layout, { xTitle: chart.xTitle, unit: chart.scale === "absolute" ? "" : "×" }, theme),
        ...(style.legend ? legend(style, theme) : []),
        ...frontierLine(chart, layout, theme),
        ...chart.points.flatMap((point) => whiskers(point, layout, style.of(point))),
        ...chart.points.map((point) => dot({ ...layout.at(point), radius, ...style.of(point) })),
        ...names(chart, layout, theme),
      ],
    },
  };
  return renderSvg(option, full);
}

function layoutOf({ points, scale }: ParetoChart, full: number, above: number): Layout {
  const top = titleHeight + above;
  const area = {
    x: margin.left,
    y: top,
    width: chartWidth - margin.left - margin.right,
    height: full - top - margin.bottom,
  };
  const bottom = area.y + area.height;
  const x = scaleOf(
    points.flatMap(({ x, xCi95 }) => [x, ...(xCi95 ?? [])]),
    [area.x, area.x + area.width],
  );
  const losses = points
    .flatMap(({ y, yCi95 }) => [y, ...(yCi95 ?? [])])
    .filter((value) => value > 0 || scale === "ratio");
  const y = scaleOf(losses, [bottom, area.y]);
  const lossAt = (value: number) => (scale === "absolute" && value <= 0 ? bottom : y.at(value));
  return {
    area,
    x,
    y: { ticks: y.ticks, at: lossAt },
    at: (point) => ({ x: x.at(point.x), y: lossAt(point.y) }),
  };
}

function legend({ entries }: ReturnType<typeof pointStyles>, theme: Theme): Shape[] {
  let x = 10;
  return entries.flatMap(({ title, width, ...style }) => {
    const at = x;
    x += width;
    return [
      dot({ x: at, y: titleHeight + 4, radius, ...style }),
      words(title, at + 11, titleHeight + 4, { fill: theme.muted, align: "left", size: 12 }),
    ];
  });
}

/** Between two points nothing is better than the one that loses less and the one that takes less: a step. */
function frontierLine(chart: ParetoChart, layout: Layout, theme: Theme): Shape[] {
  return steps(chart, layout).map(([from, to]) =>
    segment(from, to, { stroke: theme.muted, lineWidth: 1, lineDash: [4, 3] }),
  );
}

type Spot = readonly [x: number, y: number];

function steps({ points, frontier }: ParetoChart, layout: Layout): (readonly [Spot, Spot])[] {
  const spots = frontier.map((arm) => layout.at(points.find((point) => point.arm === arm)!));
  return spots.slice(1).flatMap((to, index) => {
    const from = spots[index]!;
    // The corner lies on the worse side of both: above in the picture, and never left of either.
    const corner: Spot = from.y < to.y ? [to.x, from.y] : [from.x, to.y];
    return [
      [[from.x, from.y], corner],
      [corner, [to.x, to.y]],
    ] as const;
  });
}

function whiskers(point: Point, layout: Layout, { color }: PointStyle): Shape[] {
  const line = { stroke: color, lineWidth: 1.5 };
  const { x, y } = layout.at(point);
  const [across, along] = [point.xCi95, point.yCi95];
  return [
    ...(across ? [segment([layout.x.at(across[0]), y], [layout.x.at(across[1]), y], line)] : []),
    ...(along ? [segment([x, layout.y.at(along[0])], [x, layout.y.at(along[1])], line)] : []),
  ];
}

/** At every point that nothing beats, and at others where there is room beside them: a table names them all. */
function names(chart: ParetoChart, layout: Layout, theme: Theme): Shape[] {
  const isBest = ({ arm, baseline }: Point) => baseline || chart.frontier.includes(arm);
  const place = (points: readonly Point[]) => {
    const requests = points.map((point) => ({ text: nameOf(point), ...layout.at(point) }));
    const labels = placeLabels(requests, obstacles(chart, layout), layout.area);
    return points.map((point, index) => ({ point, label: labels[index]! }));
  };
  const roomy = place(chart.points).filter(({ point, label }) => isBest(point) || !label.far);
  return place(roomy.map(({ point }) => point)).flatMap(({ point, label }) => {
    const fill = chart.frontier.includes(point.arm) ? theme.text : theme.muted;
    const [x, y] = [label.x + label.width / 2, label.y + label.height / 2];
    const { x: toX, y: toY } = layout.at(point);
    const edge: Spot = [
      Math.min(Math.max(toX, label.x), label.x + label.width),
      Math.min(Math.max(toY, label.y + 2), label.y + label.height - 2),
    ];
    const lead = label.far ? [segment(edge, [toX, toY], { stroke: theme.grey, lineWidth: 0.75 })] : [];
    return [...lead, words(label.text, x, y, { fill, align: "center", size: labelFontSize })];
  });
}

/** A hollow point says by itself that it was calibrated. */
function nameOf({ arm, baseline, group }: Point): string {
  return `${group.calibrated ? arm.replace("+imatrix", "") : arm}${baseline ? " (baseline)" : ""}`;
}

/** What a name must not lie on: points, whiskers, the frontier. */
function obstacles(chart: ParetoChart, layout: Layout): Box[] {
  const around = ([x1, y1]: Spot, [x2, y2]: Spot, by: number): Box => ({
    x: Math.min(x1, x2) - by,
    y: Math.min(y1, y2) - by,
    width: Math.abs(x2 - x1) + 2 * by,
    height: Math.abs(y2 - y1) + 2 * by,
  });
  const dots = chart.points.flatMap((point) => {
    const { x, y } = layout.at(point);
    const [across, along] = [point.xCi95, point.yCi95];
    return [
      around([x, y], [x, y], radius + 1),
      ...(across ? [around([layout.x.at(across[0]), y], [layout.x.at(across[1]), y], 2)] : []),
      ...(along ? [around([x, layout.y.at(along[0])], [x, layout.y.at(along[1])], 2)] : []),
    ];
  });
  return [...dots, ...steps(chart, layout).map(([from, to]) => around(from, to, 1))];
}
