import type { NamedAnalysis, Result } from "@quantlab/core";
import { armTitles } from "../arm-titles.ts";
import { formatNumber, formatRatio, listed } from "../numbers.ts";
import { type Analysis, metricOf } from "./analysis.ts";
import { type QualityArm, qualityArms } from "./quality-arms.ts";

/** Losses that a choice is told for. */
const allowances = [0.001, 0.01, 0.05];

/** The smallest arms whose metric `within` stays near to the baseline's, the upper end of their intervals counted. */
export const smallest: Analysis = {
  sentences(result, named) {
    const arms = qualityArms(result, named);
    if (arms.length === 0) return [];
    const titles = armTitles(result);
    const { noun } = metricOf(named, "within").display;
    const reference = `${titles[result.baseline]}'s, the upper end of the 95% interval counted`;
    const told = allowances.flatMap((allowance, index) => {
      const best = smallestWithin(result, named, arms, allowance);
      const stricter = index > 0 ? smallestWithin(result, named, arms, allowances[index - 1]!) : null;
      if (!best || best.arm === stricter?.arm) return [];
      const { ratio, interval } = formatRatio(best.effect.ratio, best.effect.ci95);
      const about = `${size(best.arm)}; ${ratio}×${interval ? `, 95% ${interval}` : ""}`;
      return [`within ${percent(allowance)} ${titles[best.arm.name]} (${about})`];
    });
    return [
      told.length > 0
        ? `Of ${arms.length} forms, these are the smallest whose ${noun} stays near to ${reference}: ${listed(told)}.`
        : `None of ${arms.length} forms keeps its ${noun} within ${percent(allowances.at(-1)!)} of ${reference}.`,
    ];
  },
};

function smallestWithin(
  result: Result,
  named: NamedAnalysis,
  arms: readonly QualityArm[],
  allowance: number,
) {
  const { name } = metricOf(named, "within");
  const within = arms.flatMap((arm) => {
    const effect = result.effects[arm.name]?.[name];
    return effect && effect.ci95[1] <= 1 + allowance ? [{ arm, effect }] : [];
  });
  return within.toSorted((a, b) => a.arm.bytes - b.arm.bytes)[0] ?? null;
}

function percent(share: number): string {
  return `${formatNumber(share * 100, 1)}%`;
}

function size({ bytes }: QualityArm): string {
  return `${formatNumber(bytes / 2 ** 20)} MiB`;
}
