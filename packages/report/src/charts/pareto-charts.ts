import { type Metric, modelSlug, type Result } from "@quantlab/core";
import { formatNumber, formatRatio, formatWithInterval, type Interval, listed } from "../numbers.ts";
import { frontier } from "../quality/frontier.ts";
import { weightSize } from "../quality/quality-arms.ts";
import type { ChartWords } from "./chart-words.ts";
import { type Group, groupOf } from "./point-groups.ts";

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
  readonly loss: "divergence" | "perplexity ratio";
  readonly points: readonly Point[];
  /** Arms on the frontier, from the left; empty where there are too few points for one. */
  readonly frontier: readonly string[];
}

/** With fewer points a frontier says nothing that the table does not. */
const fewest = 4;

interface Axis {
  readonly file: string;
  readonly over: string;
  readonly title: string;
  readonly better: "left" | "right";
  readonly words: string;
  read(result: Result, arm: string): { readonly value: number; readonly ci95: Interval | null } | null;
  format(value: number): string;
}

const speed: Axis = {
  file: "quality",
  over: "decode speed",
  title: "Decode, tok/s",
  better: "right",
  words: "right is faster",
  read: (result, arm) => measured(result.arms[arm]!.metrics.decodeTps),
  format: (value) => `${formatNumber(value)} tok/s`,
};

const size: Axis = {
  file: "quality-size",
  over: "size",
  title: "Model file, MiB",
  better: "left",
  words: "left is smaller",
  read: (result, arm) => {
    const taken = weightSize(result.arms[arm]!);
    return taken && { value: taken.bytes / 2 ** 20, ci95: null };
  },
  format: (value) => `${formatNumber(value)} MiB`,
};

/** Quality against size, where there are enough arms to choose from, and against decode speed. */
export function qualityCharts(result: Result): ParetoChart[] {
  const bySize = paretoChart(result, size);
  const bySpeed = paretoChart(result, speed);
  return [...(bySize && bySize.points.length >= fewest ? [bySize] : []), ...(bySpeed ? [bySpeed] : [])];
}

function paretoChart(result: Result, axis: Axis): ParetoChart | null {
  const loss = lossOf(result);
  const points = Object.keys(result.arms).flatMap((arm): Point[] => {
    const [x, y] = [axis.read(result, arm), loss.read(arm)];
    if (!x || !y) return [];
    const baseline = arm === result.baseline;
    return [
      {
        arm,
        baseline,
        group: groupOf(result, arm),
        x: x.value,
        xCi95: x.ci95,
        y: y.value,
        yCi95: y.ci95,
      },
    ];
  });
  if (points.length < 2) return null;
  const cost = (x: number) => (axis.better === "left" ? x : -x);
  const best = frontier(points.map(({ arm, x, y }) => ({ arm, x, cost: cost(x), loss: y })));
  const edge = points.length < fewest ? [] : best.toSorted((a, b) => a.x - b.x).map(({ arm }) => arm);
  const title = `${loss.title}, over ${axis.over}`;
  const told = points.map(({ arm, x, y, yCi95 }) => `${arm} ${loss.format(y, yCi95)} at ${axis.format(x)}`);
  const line = edge.length > 0 ? ` On the frontier: ${listed(edge)}.` : "";
  const held = Object.keys(result.arms).some((arm) => weightSize(result.arms[arm]!)?.held);
  return {
    kind: "pareto",
    name: `${modelSlug(result.model)}-${axis.file}`,
    title,
    subtitle: `${result.model}; lower is better, ${axis.words}; lines are 95% intervals${edge.length > 0 ? ", dashes join what nothing beats" : ""}`,
    xTitle:
      axis === size && held ? `${axis.title} (weights as held, where the engine quantizes)` : axis.title,
    loss: loss.kind,
    alt: `${title}, ${result.model}, lower is better: ${told.join("; ")}.${line}`,
    points,
    frontier: edge,
  };
}

/** Divergence tells forms apart that a ratio of perplexities does not; paired ratios do where there is none. */
function lossOf(result: Result) {
  const arms = Object.entries(result.arms);
  const diverging = arms.filter(([, { metrics }]) => (metrics.kldMean?.value ?? 0) > 0);
  if (diverging.length > 0) {
    return {
      kind: "divergence" as const,
      title: "Mean divergence from the reference, nats",
      read: (arm: string) =>
        measured(result.arms[arm]!.metrics.kldMean) ??
        (arm === result.baseline ? { value: 0, ci95: null } : null),
      format: (value: number, ci95: Interval | null) =>
        value > 0 ? formatWithInterval(value, ci95) : "0, the reference,",
    };
  }
  return {
    kind: "perplexity ratio" as const,
    title: `Perplexity relative to ${result.baseline}`,
    read: (arm: string) => {
      const effect = result.effects[arm]?.perplexity;
      if (measured(result.arms[arm]!.metrics.perplexity) === null) return null;
      if (arm === result.baseline) return { value: 1, ci95: null };
      return effect ? { value: effect.ratio, ci95: effect.ci95 } : null;
    },
    format: (value: number, ci95: Interval | null) => `${formatRatio(value, ci95 ?? [value, value]).ratio}`,
  };
}

function measured(metric: Metric | undefined) {
  return metric && metric.value !== null ? { value: metric.value, ci95: metric.ci95 } : null;
}
