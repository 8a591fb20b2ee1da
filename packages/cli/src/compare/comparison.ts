import type { ComparedMetric, Comparison, Metric, MetricHandle } from "@quantlab/core";
import { conclusionOf, metrics, pairsToDecide, samenessMargin } from "@quantlab/shared-metrics";
import { heldBound, type Limit } from "./bounds.ts";
import { type Pairing, pairingOf } from "./effects.ts";
import { blocksBehind } from "./more-blocks.ts";
import type { Side } from "./sides/side.ts";

export interface Wanted {
  readonly sameWithin?: number | undefined;
  readonly limits: readonly Limit[];
}

/** Holds B against A in every metric that either has a figure of. */
export function comparisonOf(
  a: Side,
  b: Side,
  { sameWithin = samenessMargin, limits }: Wanted,
  notes: readonly string[],
): Comparison {
  const pairing = pairingOf(a, b);
  const compared = Object.fromEntries(
    metricsOf(a, b).map((metric) => [metric.name, comparedMetric(metric, a, b, pairing, sameWithin)]),
  );
  return {
    schemaVersion: 1,
    a: a.about,
    b: b.about,
    pairing: pairing.kind,
    sameWithin,
    metrics: compared,
    bounds: limits.map((limit) => heldBound(limit, compared[limit.metric])),
    notes: [...pairingNotes(a, b, pairing.kind), ...notes, ...verdictNotes(a, b)],
  };
}

/** What either has a figure of, in the order of its document; a lab of another day may have known others. */
function metricsOf(a: Side, b: Side): MetricHandle[] {
  const names = [...new Set([a, b].flatMap((side) => Object.keys(side.metrics)))];
  return names
    .filter((name) => hasFigure(a, name) || hasFigure(b, name))
    .flatMap((name) => metrics.find((metric) => metric.name === name) ?? []);
}

const hasFigure = ({ metrics: own }: Side, name: string) => typeof own[name]?.value === "number";

function comparedMetric(
  metric: MetricHandle,
  a: Side,
  b: Side,
  { effectOf }: Pairing,
  margin: number,
): ComparedMetric {
  const none: Metric = { unit: metric.unit, value: null, reason: "it was not measured" };
  const figures = { a: a.metrics[metric.name] ?? none, b: b.metrics[metric.name] ?? none };
  const effect = effectOf(metric);
  if (!effect) {
    return { ...figures, effect, conclusion: null, words: reasonFor(metric, figures), furtherBlocks: null };
  }
  const conclusion = conclusionOf(effect, margin);
  const blocks = blocksBehind(metric.name, figures);
  return {
    ...figures,
    effect,
    conclusion,
    words: {
      more: metric.display.more,
      less: metric.display.less,
      same: `the same within ${percent(margin)}`,
      undecided: "undecided",
    }[conclusion],
    furtherBlocks:
      conclusion === "undecided" && blocks !== null ? pairsToDecide(effect, blocks, margin) : null,
  };
}

/** "2%", "0.5%". */
const percent = (share: number) => `${Number((share * 100).toPrecision(3))}%`;

/** Why there is no ratio. */
function reasonFor({ display }: MetricHandle, { a, b }: Pick<ComparedMetric, "a" | "b">): string {
  if (a.value === null) return `A has no figure: ${a.reason}`;
  if (b.value === null) return `B has no figure: ${b.reason}`;
  if (a.unit !== b.unit) return `A is in ${a.unit}, B in ${b.unit}`;
  if (display.kind === "quality" && a.statistic !== "exact")
    return "its interval is of pairs of chunks or items, which are in the run files alone";
  return a.values.length < 2 || b.values.length < 2
    ? "one block shows no spread: two of each are the least"
    : "there is no ratio of such figures";
}

function pairingNotes(a: Side, b: Side, pairing: Comparison["pairing"]): string[] {
  const sameModel = a.about.modelSha256 !== null && a.about.modelSha256 === b.about.modelSha256;
  if (pairing === "itself") return ["A and B are one arm of one run: it is the same as itself"];
  if (pairing === "unpaired") {
    return [
      a.run === b.run
        ? "the file does not say which blocks of the two ran in one round, so they are not paired"
        : `measured at ${a.about.startedAt} and ${b.about.startedAt}, so not paired: what the machine itself changed in between is part of every difference`,
    ];
  }
  const sameProtocol = JSON.stringify(a.about.protocol) === JSON.stringify(b.about.protocol);
  return sameModel && sameProtocol
    ? ["A and B are the same model with the same settings (A/A): what differs is noise"]
    : [];
}

function verdictNotes(a: Side, b: Side): string[] {
  const sides =
    a.run === b.run
      ? [{ side: a, of: "the run" }]
      : [
          { side: a, of: "A" },
          { side: b, of: "B" },
        ];
  return sides.flatMap(
    ({
      side: {
        about: { verdict },
      },
      of,
    }) => (verdict.state === "valid" ? [] : [`${of} is ${verdict.state}: ${verdict.reasons.join("; ")}`]),
  );
}
