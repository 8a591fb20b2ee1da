import type { Block } from "@quantlab/core";
import type { BenchArm } from "./arms.ts";

/** An interval of two lies between them, and two are often close. */
const fewestBlocks = 3;

/** Why such an arm has no more blocks. */
export const precise = "its interval is as narrow as was asked for";

/** Says of each arm when its interval reaches no further than `share` of the median to each side, on average. */
export function untilPrecise(
  arms: readonly BenchArm[],
  share: number,
): (arm: string, blocks: readonly Block[]) => string | null {
  const speeds = new Map(arms.map(({ planned, speed }) => [planned.name, speed]));
  return (arm, blocks) => {
    const figure = speeds.get(arm)!.summarise(blocks);
    if (figure.value === null || !figure.ci95 || figure.values.length < fewestBlocks) return null;
    const [low, high] = figure.ci95;
    return (high - low) / 2 <= share * figure.value ? precise : null;
  };
}
