import type { Effect, Result } from "@quantlab/core";
import { armTable } from "./arm-table.ts";
import { claimLegend, claimWord, hasFloors } from "./claims.ts";
import { inlineText, paragraphs } from "./markdown.ts";
import { displayOf } from "./metric-display.ts";
import { armHeading } from "./metrics-table.ts";
import { formatNoise, formatRatio } from "./numbers.ts";

/** Every arm as a ratio to the baseline, with the interval and what may be claimed; with the noise floor where there is one. */
export function effectsTable(result: Result): string | null {
  const arms = Object.entries(result.effects).filter(([, effects]) => Object.keys(effects).length > 0);
  const names = [...new Set(arms.flatMap(([, effects]) => Object.keys(effects)))];
  if (names.length === 0) return null;
  const heading = (name: string) => {
    const { against } = result.arms[name]!;
    return `${armHeading(result, name)}${against === undefined ? "" : `<br>÷ ${inlineText(against)}`}`;
  };
  const floors = hasFloors(result);
  const headings = [...arms.map(([name]) => heading(name)), ...(floors ? ["Noise floor"] : [])];
  const rows = names.map((name) => {
    const effects = arms.map(([, ofArm]) => ofArm[name]);
    return {
      label: displayOf(name).heading,
      cells: [...effects.map((effect) => effectCell(name, effect)), ...(floors ? [noiseCell(effects)] : [])],
      part: displayOf(name).kind,
    };
  });
  return paragraphs(armTable("", headings, rows), `A ratio of 1 is the baseline. ${claimLegend(result)}`);
}

function effectCell(name: string, effect: Effect | undefined): string {
  if (!effect) return "—";
  const { ratio, interval } = formatRatio(effect.ratio, effect.ci95);
  return `${ratio}×${interval ? ` (${interval})` : ""}<br>${claimWord(name, effect)}`;
}

function noiseCell(effects: readonly (Effect | undefined)[]): string {
  const floors = effects.flatMap((effect) => effect?.noiseFloor ?? []);
  if (Math.max(...floors) === 0) return "none";
  const shown = [...new Set([Math.min(...floors), Math.max(...floors)].map(formatNoise))];
  return `${shown.join("–")}%`;
}
