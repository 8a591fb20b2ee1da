import type { Effect } from "@quantlab/core";
import { formatRatio } from "@quantlab/report";

/** What a candidate does to one phase at one covered point. */
export interface PointEffect {
  /** "pp64 @ d512". */
  readonly point: string;
  readonly phase: "prefill" | "decode";
  /** Of tokens per second. */
  readonly effect: Effect;
}

export type Outcome =
  | { readonly kind: "measured"; readonly effects: readonly PointEffect[] }
  /** The anchor itself became so much faster or slower meanwhile: 0.12 is 12%. */
  | { readonly kind: "drifted"; readonly change: number }
  /** The engine cannot do it. */
  | { readonly kind: "refused"; readonly reason: string };

export interface Verdict {
  readonly is: "better" | "slower" | "not faster" | "undecided" | "drifted" | "refused";
  /** In words: "slower in prefill of pp64: 0.52× (0.50–0.54)". */
  readonly why: string;
}

/** What nobody would see of a speed; an interval that reaches further down has not shown that nothing is lost. */
export const unseenLoss = 0.03;

/** After two rounds there is no interval worth the name, and this needs none. */
const grossly = 0.75;

/** Whether no further round of it is needed. */
export const isSlower = ({ effect: { claim, ratio } }: PointEffect): boolean =>
  claim === "less" || ratio < grossly;

/**
 * A setting is better where it is claimed to be faster at one covered point, and surely loses no more than 3% at any, in
 * prefill and in decode. What is not shown is not taken.
 */
export function judge(outcome: Outcome): Verdict {
  if (outcome.kind === "refused") return { is: "refused", why: outcome.reason };
  if (outcome.kind === "drifted") {
    const percent = `${Math.round(Math.abs(outcome.change) * 100)}%`;
    return { is: "drifted", why: `the machine's own speed changed by ${percent} meanwhile` };
  }
  const { effects } = outcome;
  const least = effects.reduce((one, other) => (other.effect.ratio < one.effect.ratio ? other : one));
  const most = effects.reduce((one, other) => (other.effect.ratio > one.effect.ratio ? other : one));
  const slower = effects.find(isSlower);
  if (slower) return { is: "slower", why: `slower in ${told(isSlower(least) ? least : slower)}` };
  const faster = effects.filter(({ effect }) => effect.claim === "more");
  if (faster.length === 0) return { is: "not faster", why: `nowhere surely faster; most in ${told(most)}` };
  const unsure = effects.filter(({ effect }) => effect.ci95[0] < 1 - unseenLoss);
  if (unsure.length > 0) {
    const worst = unsure.reduce((one, other) => (other.effect.ci95[0] < one.effect.ci95[0] ? other : one));
    return { is: "undecided", why: `faster in ${told(faster[0]!)}, but it may be slower in ${told(worst)}` };
  }
  return { is: "better", why: `faster in ${told(most)}, nowhere slower` };
}

function told({ phase, point, effect }: PointEffect): string {
  const { ratio, interval } = formatRatio(effect.ratio, effect.ci95);
  return `${phase} of ${point}: ${ratio}×${interval ? ` (${interval})` : ""}`;
}
