import type { Interval } from "../numbers.ts";
import type { Group } from "./point-groups.ts";

export interface ChartWords {
  /** File name without theme and suffix. */
  readonly name: string;
  readonly title: string;
  readonly subtitle: string;
  /** The figures in words, for those who cannot see the picture. */
  readonly alt: string;
}

export interface BarRow {
  readonly arm: string;
  /** Quantization and backend, where the arm's name does not say them. */
  readonly about: string;
  readonly baseline: boolean;
  readonly value: number;
  readonly ci95: readonly [number, number] | null;
  /** "56.1 (55.2–57.0)", drawn beside the bar. */
  readonly text: string;
}

export interface BarChart extends ChartWords {
  readonly kind: "bars";
  /** Over more than two decades lengths of bars would show the largest alone. */
  readonly logarithmic: boolean;
  readonly rows: readonly BarRow[];
}

export interface Point {
  readonly arm: string;
  readonly baseline: boolean;
  readonly group: Group;
  readonly x: number;
  readonly xCi95: Interval | null;
  /** 0 where the arm is the reference itself. */
  readonly y: number;
  readonly yCi95: Interval | null;
}

/** Loss over what it takes or gives, with the frontier: the arms that no other beats in both. */
export interface ParetoChart extends ChartWords {
  readonly kind: "pareto";
  readonly xTitle: string;
  /** A ratio to the baseline's, or a distance from the reference, which is 0 for that itself. */
  readonly scale: "absolute" | "ratio";
  readonly points: readonly Point[];
  /** Arms on the frontier, from the left. */
  readonly frontier: readonly string[];
}

export interface LinePoint {
  readonly x: number;
  readonly y: number;
  readonly yCi95: Interval | null;
}

export interface Line {
  readonly title: string;
  /** What the others are compared with. */
  readonly baseline: boolean;
  /** The line that this one varies: it has the same colour, and is dashed. */
  readonly variant?: string;
  /** From the left. */
  readonly points: readonly LinePoint[];
}

/** How something grows or falls along an axis, a line each. */
export interface LineChart extends ChartWords {
  readonly kind: "lines";
  readonly xTitle: string;
  readonly lines: readonly Line[];
}

export type ChartSpec = BarChart | ParetoChart | LineChart;
