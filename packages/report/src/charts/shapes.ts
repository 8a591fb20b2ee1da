import type { GraphicComponentLooseOption } from "echarts/types/dist/shared";
import { fontFamily } from "./theme.ts";

/** One thing to draw, in pixels. */
export type Shape = NonNullable<
  Extract<GraphicComponentLooseOption, { elements?: unknown }>["elements"]
>[number];

interface Stroke {
  readonly stroke: string;
  readonly lineWidth: number;
  readonly lineDash?: number[];
}

export type Mark = "circle" | "diamond" | "square" | "triangle";

interface Dot {
  readonly x: number;
  readonly y: number;
  readonly radius: number;
  readonly symbol: Mark;
  readonly color: string;
  readonly hollow: boolean;
}

export function segment(
  [x1, y1]: readonly [number, number],
  [x2, y2]: readonly [number, number],
  style: Stroke,
): Shape {
  return { type: "line", shape: { x1, y1, x2, y2 }, style: { ...style, fill: "none" } };
}

/** Text whose middle line is at `y`. */
export function words(
  text: string,
  x: number,
  y: number,
  { fill, align, size }: { fill: string; align: "left" | "center" | "right"; size: number },
): Shape {
  const style = { text, fill, align, verticalAlign: "middle" as const, fontSize: size, fontFamily };
  return { type: "text", x, y, style };
}

/** A point; a hollow one has a rim alone. */
export function dot({ x, y, radius, symbol, color, hollow }: Dot): Shape {
  const style = { fill: hollow ? "none" : color, stroke: color, lineWidth: 1.75 };
  if (symbol === "circle") return { type: "circle", shape: { cx: x, cy: y, r: radius }, style };
  return { type: "polygon", shape: { points: corners(symbol, x, y, radius) }, style };
}

/** Of about the same area as a circle of that radius. */
function corners(symbol: Mark, x: number, y: number, radius: number): [number, number][] {
  if (symbol === "square") {
    const side = radius * 0.9;
    return [
      [x - side, y - side],
      [x + side, y - side],
      [x + side, y + side],
      [x - side, y + side],
    ];
  }
  const far = radius * 1.3;
  if (symbol === "diamond") {
    return [
      [x, y - far],
      [x + far, y],
      [x, y + far],
      [x - far, y],
    ];
  }
  return [
    [x, y - far],
    [x + far, y + far * 0.75],
    [x - far, y + far * 0.75],
  ];
}
