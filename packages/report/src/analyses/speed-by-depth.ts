import { type MetricHandle, modelSlug, type NamedAnalysis, type Result } from "@quantlab/core";
import { metricNamed } from "@quantlab/shared-metrics";
import type { Line, LineChart } from "../charts/chart-spec.ts";
import { claimWord } from "../claims.ts";
import { displayOf, headingOf } from "../metric-display.ts";
import { formatNumber, formatRatio, formatWhole, listed } from "../numbers.ts";
import { type Analysis, names, namesByName } from "./analysis.ts";

/**
 * How arms slow down behind a context. Settings: `metrics`, each of which gets a chart, and `lines`: by the title of each,
 * its arms. How deep an arm is stands in its workload.
 */
export const speedByDepth: Analysis = {
  sentences(result, named) {
    const deepest = linesOf(result, named).map(({ arms }) => arms.at(-1)!);
    const depth = Math.max(...deepest.map((arm) => depthOf(result, arm)));
    const told = names(named, "metrics").flatMap((metric) => {
      const ratios = deepest.flatMap((arm) => {
        const effect = result.effects[arm]?.[metric];
        if (!effect || depthOf(result, arm) !== depth) return [];
        const { ratio, interval } = formatRatio(effect.ratio, effect.ci95);
        const doubt = effect.claim === "none" ? `, ${claimWord(metric, effect)}` : "";
        return [`${titleOf(named, arm)} ${ratio}×${interval ? ` (${interval}${doubt})` : ""}`];
      });
      return ratios.length > 0 ? [`${displayOf(metric).noun} is ${listed(ratios)}`] : [];
    });
    const rival = deepest.map((arm) => result.arms[arm]!.against).find((arm) => arm !== undefined);
    return depth > 0 && rival !== undefined && told.length > 0
      ? [`Behind ${formatWhole(depth)} tokens, against ${titleOf(named, rival)} there, ${told.join("; ")}.`]
      : [];
  },
  charts(result, named) {
    return names(named, "metrics").flatMap((name) => {
      const metric = metricNamed(name);
      const lines = linesOf(result, named).flatMap(({ title, arms }) => {
        const points = arms.flatMap((arm) => {
          const found = result.arms[arm]!.metrics[name];
          return found && found.value !== null
            ? [{ x: depthOf(result, arm), y: found.value, yCi95: found.ci95 }]
            : [];
        });
        return points.length > 1 ? [{ title, baseline: arms.includes(result.baseline), points }] : [];
      });
      return lines.length > 0 ? [chartOf(result, metric, lines)] : [];
    });
  },
};

interface MeasuredLine {
  readonly title: string;
  /** Measured ones, from the beginning of the context on. */
  readonly arms: readonly string[];
}

function linesOf(result: Result, named: NamedAnalysis): MeasuredLine[] {
  return Object.entries(namesByName(named, "lines")).flatMap(([title, arms]) => {
    const measured = arms
      .filter((arm) => result.arms[arm]?.status === "measured")
      .sort((a, b) => depthOf(result, a) - depthOf(result, b));
    return measured.length > 0 ? [{ title, arms: measured }] : [];
  });
}

const titleOf = (named: NamedAnalysis, arm: string): string =>
  Object.entries(namesByName(named, "lines")).find(([, arms]) => arms.includes(arm))?.[0] ?? arm;

/** Tokens in the cache before what is timed: the arm's own, or else the baseline's. */
function depthOf({ arms, workloads }: Result, arm: string): number {
  const own = arms[arm]!.workloads?.generate?.cachedTokens ?? workloads.generate?.cachedTokens;
  return typeof own === "number" ? own : 0;
}

function chartOf(
  { model, arms }: Result,
  { name, display }: MetricHandle,
  lines: readonly Line[],
): LineChart {
  const heading = headingOf(
    name,
    Object.values(arms).map(({ metrics }) => metrics[name]),
  );
  const title = `${heading}, by depth in the context`;
  const told = lines.map(
    (line) =>
      `${line.title} ${line.points.map(({ x, y }) => `${formatNumber(y * display.scale)} behind ${formatWhole(x)}`).join(", ")}`,
  );
  return {
    kind: "lines",
    name: `${modelSlug(model)}-${display.chart ?? name}-depth`,
    title,
    subtitle: `${model}; medians with 95% intervals`,
    xTitle: "Tokens in the context before",
    alt: `${title}, ${model}: ${told.join("; ")} tokens.`,
    lines,
  };
}
