import type { CustomSeriesRenderItem, EChartsOption } from "echarts/types/dist/shared";
import type { Point, ScatterChart } from "./chart-specs.ts";
import { renderSvg } from "./echarts.ts";
import { chartTitle, titleHeight } from "./frame.ts";
import { fontFamily, type Theme } from "./theme.ts";

const height = 320;

/** One point an arm with an interval whisker in both directions and its name beside it. */
export function drawScatter(chart: ScatterChart, theme: Theme): string {
  const { points } = chart;
  const x = padded(points.flatMap(({ x, xCi95 }) => [x, ...(xCi95 ?? [])]));
  const y = padded(points.flatMap(({ y, yCi95 }) => [y, ...yCi95]));
  const axisLabel = {
    color: theme.muted,
    fontSize: 12,
    fontFamily,
    showMinLabel: false,
    showMaxLabel: false,
  };
  const axis = { type: "value", axisLabel, axisTick: { show: false }, axisLine: { show: false } } as const;
  const splitLine = { lineStyle: { color: theme.line }, showMinLine: false, showMaxLine: false };
  const option: EChartsOption = {
    ...chartTitle(chart, theme),
    grid: { left: 64, right: 24, top: titleHeight + 10, bottom: 50 },
    xAxis: {
      ...axis,
      ...x,
      splitLine: { show: false },
      name: chart.xTitle,
      nameLocation: "middle",
      nameGap: 30,
      nameTextStyle: { color: theme.muted, fontSize: 12.5, fontFamily },
    },
    yAxis: {
      ...axis,
      ...y,
      splitLine,
      axisLabel: { ...axisLabel, formatter: (value: number) => `${Number(value.toFixed(5))}×` },
    },
    series: [
      {
        type: "custom",
        silent: true,
        data: points.map((_, index) => index),
        renderItem: whiskers(points, theme),
      },
      {
        type: "scatter",
        silent: true,
        symbolSize: 11,
        data: points.map((point) => ({
          value: [point.x, point.y],
          itemStyle: { color: point.baseline ? theme.grey : theme.accent, opacity: 1 },
          label: {
            show: true,
            position: point.x > (x.min + x.max) / 2 ? "left" : "right",
            distance: 8,
            formatter: `${point.arm}${point.baseline ? " (baseline)" : ""}`,
            color: theme.text,
            fontSize: 13,
            fontFamily,
          },
        })),
        // Above the whisker, not on it.
        labelLayout: { dy: -11, moveOverlap: "shiftY" },
      },
    ],
  };
  return renderSvg(option, height);
}

function whiskers(points: readonly Point[], theme: Theme): CustomSeriesRenderItem {
  return (params, api) => {
    const { x, y, xCi95, yCi95, baseline } = points[params.dataIndex]!;
    const style = { stroke: baseline ? theme.grey : theme.accent, lineWidth: 1.5 };
    const line = (from: readonly [number, number], to: readonly [number, number]) => {
      const [x1, y1] = api.coord([...from]) as [number, number];
      const [x2, y2] = api.coord([...to]) as [number, number];
      return { type: "line" as const, shape: { x1, y1, x2, y2 }, style };
    };
    const [left, right] = xCi95 ?? [x, x];
    return { type: "group", children: [line([left, y], [right, y]), line([x, yCi95[0]], [x, yCi95[1]])] };
  };
}

/** The span of the values with a tenth of it as room at either end. */
function padded(values: readonly number[]): { readonly min: number; readonly max: number } {
  const [low, high] = [Math.min(...values), Math.max(...values)];
  const room = (high - low || Math.abs(high) || 1) * 0.12;
  return { min: low - room, max: high + room };
}
