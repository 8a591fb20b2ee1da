import { bootstrapInterval } from "@quantlab/shared-metrics";
import { sum } from "d3-array";
import { formatRatio, type Interval } from "../numbers.ts";
import type { QualityArm } from "./quality-arms.ts";

export interface LossRatio {
  readonly ratio: number;
  /** Bootstrapped over chunks, which both arms scored; null where they did not score the same number of them. */
  readonly ci95: Interval | null;
}

/** How many times as far from the reference `arm` is as `other`. */
export function lossRatio(arm: QualityArm, other: QualityArm): LossRatio {
  const [own, others] = [arm.loss.values, other.loss.values];
  const paired = own.length === others.length && own.length > 1;
  const ratioOver = (drawn: readonly number[]) =>
    sum(drawn, (index) => own[index]!) / sum(drawn, (index) => others[index]!);
  return {
    ratio: paired ? ratioOver([...own.keys()]) : arm.loss.value / other.loss.value,
    ci95: paired ? bootstrapInterval(own.length, ratioOver) : null,
  };
}

/** "0.62× (95% 0.55–0.70)"; says so where the interval holds 1. */
export function formatLossRatio({ ratio, ci95 }: LossRatio): string {
  const shown = formatRatio(ratio, ci95 ?? [ratio, ratio]);
  if (!ci95 || !shown.interval) return `${shown.ratio}×`;
  const open = ci95[0] <= 1 && ci95[1] >= 1;
  return `${shown.ratio}× (95% ${shown.interval}${open ? "; no difference shown" : ""})`;
}
