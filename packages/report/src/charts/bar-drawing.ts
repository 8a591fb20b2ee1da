import type { CustomSeriesRenderItem, EChartsOption } from "echarts/types/dist/shared";
import type { BarChart, BarRow } from "./chart-spec.ts";
import { renderSvg } from "./echarts.ts";
import { armLabelRoom, armLabels, chartTitle, titleHeight } from "./frame.ts";
import { fontFamily, type Theme } from "./theme.ts";

const rowHeight = { one: 26, two: 34 };

/** Horizontal bars, an interval whisker on each, the figures beside them: from zero, or on a logarithmic axis with its marks. */
export function drawBars(chart: BarChart, theme: Theme): string {
  const rows = [...chart.rows].reverse();
  const bottom = chart.logarithmic ? 28 : 6;
  const height =
    titleHeight + rows.length * (rows.some(({ about }) => about) ? rowHeight.two : rowHeight.one) + bottom;
  const option: EChartsOption = {
    ...chartTitle(chart, theme),
    grid: { left: armLabelRoom(rows), right: 190, top: titleHeight, bottom },
    xAxis: chart.logarithmic
      ? {
          type: "log",
          min: nearEnd(rows),
          max: farEnd(rows),
          // The end of the longest bar is no round number.
          axisLabel: { color: theme.muted, fontSize: 11, fontFamily, showMaxLabel: false },
          splitLine: { showMaxLine: false, lineStyle: { color: theme.line } },
        }
      : { type: "value", min: 0, max: farEnd(rows), show: false },
    yAxis: {
      type: "category",
      data: rows.map(({ arm }) => arm),
      axisTick: { show: false },
      axisLine: { lineStyle: { color: theme.line } },
      axisLabel: armLabels(rows, theme),
    },
    series: [
      {
        type: "bar",
        silent: true,
        barWidth: 16,
        data: rows.map(({ value, baseline }) => ({
          value,
          itemStyle: { color: baseline ? theme.grey : theme.accent },
        })),
      },
      {
        type: "custom",
        z: 3,
        silent: true,
        data: rows.map((_, index) => index),
        renderItem: whisker(rows, theme),
      },
    ],
  };
  return renderSvg(option, height);
}

/** The interval as a line with two short ends, and the figures to the right of it. */
function whisker(rows: readonly BarRow[], theme: Theme): CustomSeriesRenderItem {
  return (params, api) => {
    const { ci95, value, text } = rows[params.dataIndex]!;
    const [low, high] = ci95 ?? [value, value];
    const [start, y] = api.coord([low, params.dataIndex]) as [number, number];
    const end = api.coord([high, params.dataIndex])[0]!;
    const tip = Math.max(end, api.coord([value, params.dataIndex])[0]!);
    const style = { stroke: theme.text, lineWidth: 1.5, fill: "none" };
    const line = (x1: number, y1: number, x2: number, y2: number) => ({
      type: "line" as const,
      shape: { x1, y1, x2, y2 },
      style,
    });
    return {
      type: "group",
      children: [
        ...(ci95
          ? [line(start, y, end, y), line(start, y - 4, start, y + 4), line(end, y - 4, end, y + 4)]
          : []),
        {
          type: "text",
          style: {
            text,
            x: tip + 10,
            y,
            fill: theme.text,
            fontSize: 13,
            fontFamily,
            textVerticalAlign: "middle",
          },
        },
      ],
    };
  };
}

function farEnd(rows: readonly BarRow[]): number {
  return Math.max(...rows.map(({ value, ci95 }) => Math.max(value, ci95?.[1] ?? value)));
}

/** A power of ten below every value, so that the shortest bar shows, too. */
function nearEnd(rows: readonly BarRow[]): number {
  const least = Math.min(...rows.map(({ value, ci95 }) => Math.min(value, ci95?.[0] ?? value)));
  return 10 ** (Math.ceil(Math.log10(least)) - 1);
}
