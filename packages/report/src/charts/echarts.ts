// Everything of ECharts comes through here: only what is drawn is loaded, and only when something is drawn.
import { BarChart, CustomChart } from "echarts/charts";
import { GraphicComponent, GridComponent, TitleComponent } from "echarts/components";
import { init, use } from "echarts/core";
import { SVGRenderer } from "echarts/renderers";
import type { EChartsOption } from "echarts/types/dist/shared";
import { chartWidth } from "./theme.ts";

use([BarChart, CustomChart, GraphicComponent, GridComponent, TitleComponent, SVGRenderer]);

/** Draws options as an SVG document with a transparent background: the same options, the same bytes. */
export function renderSvg(option: EChartsOption, height: number): string {
  const chart = init(null, null, { renderer: "svg", ssr: true, width: chartWidth, height });
  try {
    chart.setOption({ animation: false, ...option });
    return withoutSession(chart.renderToSVGString({ useViewBox: true }));
  } finally {
    chart.dispose();
  }
}

/**
 * A still picture needs no pointer styles, and their class names count up with every chart of the process. Several
 * SVG viewers ignore `dominant-baseline`; a shift by half the height of a capital is understood everywhere.
 */
function withoutSession(svg: string): string {
  return svg
    .replace(/<style[\s\S]*?<\/style>\n*/g, "")
    .replace(/ (?:class|pointer-events|ecmeta_\w+)="[^"]*"/g, "")
    .replace(/\bzr\d+-/g, "zr-")
    .replace(/ dominant-baseline="central"/g, ' dy="0.35em"');
}
