import type { Comparison, Effect, MetricHandle } from "@quantlab/core";
import { effectBetweenRuns, exactEffect } from "@quantlab/shared-metrics";
import type { Effects, Side } from "./sides/side.ts";

/** B against A: how, and in one metric; null where that metric cannot be compared. */
export interface Pairing {
  readonly kind: Comparison["pairing"];
  readonly effectOf: (metric: MetricHandle) => Effect | null;
}

export function pairingOf(a: Side, b: Side): Pairing {
  const unpaired: Pairing = { kind: "unpaired", effectOf: (metric) => betweenRuns(metric, a, b) };
  if (a.run !== b.run) return unpaired;
  if (a.arm === b.arm) return { kind: "itself", effectOf: () => exactEffect(1, 1) };
  const effects = b.effectsAgainst(a.arm) ?? inverse(a.effectsAgainst(b.arm));
  return effects ? { kind: "paired", effectOf: ({ name }) => effects[name] ?? null } : unpaired;
}

/**
 * What takes time or memory is not paired. What a model says is the same at any time, so that its chunks and items are pairs
 * wherever raw samples are.
 */
function betweenRuns(metric: MetricHandle, a: Side, b: Side): Effect | null {
  const [one, other] = [a.metrics[metric.name], b.metrics[metric.name]];
  if (metric.display.kind === "cost") return one && other ? effectBetweenRuns(one, other) : null;
  return a.blocks && b.blocks ? metric.compare(a.blocks, b.blocks) : null;
}

function inverse(effects: Effects | null): Effects | null {
  return (
    effects && Object.fromEntries(Object.entries(effects).map(([name, effect]) => [name, turned(effect)]))
  );
}

function turned(effect: Effect): Effect {
  const { ratio, ci95, claim } = effect;
  const words = { more: "less", less: "more", none: "none" } as const;
  return { ...effect, ratio: 1 / ratio, ci95: [1 / ci95[1], 1 / ci95[0]], claim: words[claim] };
}
