import type { Comparison, Effect, MetricHandle } from "@quantlab/core";
import { effectBetweenRuns, exactEffect } from "@quantlab/shared-metrics";
import type { Side } from "./sides/side.ts";

export function pairingOf(a: Side, b: Side): Comparison["pairing"] {
  if (a.run !== b.run) return "unpaired";
  if (a.arm === b.arm) return "itself";
  return (a.blocks && b.blocks) || a.kept.against === b.arm || b.kept.against === a.arm
    ? "paired"
    : "unpaired";
}

/**
 * B against A in one metric. Within a run by rounds, or as the run's result kept it; between runs what takes time or memory is
 * not paired, and what a model says is the same at any time, so that its chunks and items are pairs wherever raw samples are.
 */
export function effectOf(metric: MetricHandle, a: Side, b: Side): Effect | null {
  const pairing = pairingOf(a, b);
  if (pairing === "itself") return exactEffect(1, 1);
  if (pairing === "paired" && !(a.blocks && b.blocks)) {
    if (b.kept.against === a.arm) return b.kept.effects[metric.name] ?? null;
    return inverse(a.kept.effects[metric.name]);
  }
  const isTimed = metric.display.kind === "cost";
  if (a.blocks && b.blocks && (pairing !== "unpaired" || !isTimed)) return metric.compare(a.blocks, b.blocks);
  const [one, other] = [a.metrics[metric.name], b.metrics[metric.name]];
  return one && other && isTimed ? effectBetweenRuns(one, other) : null;
}

function inverse(effect: Effect | undefined): Effect | null {
  if (!effect) return null;
  const { ratio, ci95, claim } = effect;
  const turned = { more: "less", less: "more", none: "none" } as const;
  return { ...effect, ratio: 1 / ratio, ci95: [1 / ci95[1], 1 / ci95[0]], claim: turned[claim] };
}
