import {
  type ArmResult,
  type Metric,
  type MetricHandle,
  modelSlug,
  type NamedAnalysis,
  type Result,
} from "@quantlab/core";
import type { ParetoChart, Point } from "../charts/chart-spec.ts";
import { groupOf } from "../charts/point-groups.ts";
import { formatNumber, formatRatio, formatWithInterval, type Interval, listed } from "../numbers.ts";
import { type Analysis, metricOf, setting } from "./analysis.ts";
import { frontier } from "./frontier.ts";
import { weightSize } from "./quality-arms.ts";

/** With fewer points the chart says nothing that the table does not. */
const fewest = 4;

/**
 * The metric `loss` over the metric `cost`, in a chart of this `name`: as a distance from the reference where that is what
 * it measures, or else as a ratio to the baseline's. `held` as in `weightSize`.
 */
export const pareto: Analysis = {
  charts(result, named) {
    const [cost, loss] = [metricOf(named, "cost"), lossOf(result, metricOf(named, "loss"))];
    const points = Object.entries(result.arms).flatMap(([name, arm]): Point[] => {
      const [x, y] = [costOf(arm, cost, named), loss.read(name)];
      if (!x || !y) return [];
      const baseline = name === result.baseline;
      const group = groupOf(result, name);
      return [{ arm: name, baseline, group, x: x.value, xCi95: x.ci95, y: y.value, yCi95: y.ci95 }];
    });
    return points.length < fewest || points.every(({ baseline, y }) => baseline || y === 0)
      ? []
      : [chartOf(result, named, points)];
  },
};

function chartOf(result: Result, named: NamedAnalysis, points: readonly Point[]): ParetoChart {
  const [cost, loss] = [metricOf(named, "cost"), lossOf(result, metricOf(named, "loss"))];
  const { display } = cost;
  const [direction, side, better] =
    cost.better === "higher" ? [-1, "right", display.more] : [1, "left", display.less];
  const best = frontier(points.map(({ arm, x, y }) => ({ arm, x, cost: direction * x, loss: y })));
  const edge = best.toSorted((a, b) => a.x - b.x).map(({ arm }) => arm);
  const title = `${loss.title}, over ${display.noun}`;
  const told = edge.map((name) => {
    const { arm, x, y, yCi95 } = points.find((point) => point.arm === name)!;
    return `${arm} ${loss.format(y, yCi95)} at ${formatNumber(x)} ${display.unit}`;
  });
  const held = Object.values(result.arms).some((arm) => weightSize(arm, named, "cost")?.held);
  return {
    kind: "pareto",
    name: `${modelSlug(result.model)}-${setting(named, "name")}`,
    title,
    subtitle: `${result.model}; lower is better, ${side} is ${better}; lines are 95% intervals, dashes join what nothing beats`,
    xTitle: `${display.heading}, ${display.unit}${held ? " (weights as held, where the engine quantizes)" : ""}`,
    scale: loss.scale,
    alt: `${title}, ${result.model}, lower is better. On the frontier: ${told.join("; ")}. Beaten: ${listed(points.map(({ arm }) => arm).filter((arm) => !edge.includes(arm))) || "none"}.`,
    points,
    frontier: edge,
  };
}

interface Read {
  readonly value: number;
  readonly ci95: Interval | null;
}

/** In the unit of the metric's display. */
function costOf(
  arm: ArmResult,
  { name, display: { scale } }: MetricHandle,
  named: NamedAnalysis,
): Read | null {
  const found = weightSize(arm, named, "cost");
  if (found?.held) return { value: found.bytes * scale, ci95: null };
  const own = measured(arm.metrics[name]);
  return own && { value: own.value * scale, ci95: own.ci95 && [own.ci95[0] * scale, own.ci95[1] * scale] };
}

function lossOf(result: Result, { name, needsReference, display }: MetricHandle) {
  const found = (arm: string) => measured(result.arms[arm]!.metrics[name]);
  if (needsReference) {
    return {
      scale: "absolute" as const,
      title: `${display.heading} from the reference, ${display.unit}`,
      read: (arm: string): Read | null =>
        found(arm) ?? (arm === result.baseline ? { value: 0, ci95: null } : null),
      format: (value: number, ci95: Interval | null) =>
        value > 0 ? formatWithInterval(value, ci95) : "0, the reference,",
    };
  }
  return {
    scale: "ratio" as const,
    title: `${display.heading} relative to ${result.baseline}`,
    read: (arm: string): Read | null => {
      if (found(arm) === null) return null;
      if (arm === result.baseline) return { value: 1, ci95: null };
      const effect = result.effects[arm]?.[name];
      return effect ? { value: effect.ratio, ci95: effect.ci95 } : null;
    },
    format: (value: number, ci95: Interval | null) => formatRatio(value, ci95 ?? [value, value]).ratio,
  };
}

function measured(metric: Metric | undefined): Read | null {
  return metric && metric.value !== null ? { value: metric.value, ci95: metric.ci95 } : null;
}
