import type { Result } from "@quantlab/core";
import { armTitles } from "../arm-titles.ts";
import { formatNumber, formatRatio, listed } from "../numbers.ts";
import { divergenceRatio } from "./divergence-ratio.ts";
import type { QualityArm } from "./quality-arms.ts";

/** Losses of perplexity that a choice is told for. */
const allowances = [0.001, 0.01, 0.05];

/** The smallest arms that keep within each allowance, the upper end of their intervals counted. */
export function smallestSentence(result: Result, arms: readonly QualityArm[]): string {
  const titles = armTitles(result);
  const reference = `${titles[result.baseline]}'s, the upper end of the 95% interval counted`;
  const told = allowances.flatMap((allowance, index) => {
    const best = smallestWithin(result, arms, allowance);
    const stricter = index > 0 ? smallestWithin(result, arms, allowances[index - 1]!) : null;
    if (!best || best.arm === stricter?.arm) return [];
    const { ratio, interval } = formatRatio(best.effect.ratio, best.effect.ci95);
    const about = `${size(best.arm)}; ${ratio}×${interval ? `, 95% ${interval}` : ""}`;
    return [`within ${percent(allowance)} ${titles[best.arm.name]} (${about})`];
  });
  return told.length > 0
    ? `Of ${arms.length} forms, these are the smallest whose perplexity stays near to ${reference}: ${listed(told)}.`
    : `None of ${arms.length} forms keeps its perplexity within ${percent(allowances.at(-1)!)} of ${reference}.`;
}

/** The arms that take no fewer bytes than another and yet are surely farther from the reference, each with its better. */
export function beatenSentence(result: Result, arms: readonly QualityArm[]): string {
  const titles = armTitles(result);
  const told = arms.flatMap((arm) => {
    const nearest = arms
      .filter((other) => other.bytes <= arm.bytes && other.divergence.value < arm.divergence.value)
      .toSorted((a, b) => a.divergence.value - b.divergence.value)[0];
    const sure = nearest && (divergenceRatio(nearest, arm).ci95?.[1] ?? 1) < 1;
    return sure ? [`${titles[arm.name]} by ${titles[nearest.name]}`] : [];
  });
  return told.length > 0
    ? `Beaten by a form that is no larger and nearer in mean divergence: ${listed(told)}.`
    : "No form is beaten by one that is no larger and nearer in mean divergence.";
}

function smallestWithin(result: Result, arms: readonly QualityArm[], allowance: number) {
  const within = arms.flatMap((arm) => {
    const effect = result.effects[arm.name]?.perplexity;
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
