import type { Block } from "@quantlab/core";
import type { CommandSample } from "@quantlab/scenarios";
import { median } from "./statistics/quantile.ts";

/** A block's value, or in words why it has none. */
export type Reading = number | { readonly none: string };

/** The measured blocks in index order. */
export function measuredBlocks(blocks: readonly Block[]): Block[] {
  return blocks.filter((block) => block.status === "measured").sort((a, b) => a.index - b.index);
}

/** Why an arm without measured blocks has none: the first reason that a block gives. */
export function whyNotMeasured(blocks: readonly Block[]): string {
  return blocks.find((block) => block.reason !== null)?.reason ?? "no block was measured";
}

/** The blocks of the first of `scenarios` that the arm has any of; all where it has none, so that they say why. */
export function blocksOf<Sample>(
  blocks: readonly Block[],
  scenarios: readonly string[],
): readonly Block<Sample>[] {
  const scenario = scenarios.find((name) => blocks.some((block) => block.scenario === name));
  return blocks.filter((block) => block.scenario === scenario) as Block<Sample>[];
}

/** What was measured in the blocks of one scenario. */
export function samplesOf<Sample>(blocks: readonly Block[], scenario: string): Sample[] {
  return measuredBlocks(blocks).flatMap((block) =>
    block.scenario === scenario ? [block.sample as Sample] : [],
  );
}

/** The median of what a program printed under the metric's name. */
export function figureOf({ sample }: Block, name: string): Reading {
  const { figures, refused } = sample as CommandSample;
  const values = figures[name];
  if (values && values.length > 0) return median(values);
  return { none: refused ? "the program refused" : "the program does not tell" };
}

/** The blocks whose time counts: all but those that score, which say the same on any machine. */
export function timedBlocks(blocks: readonly Block[]): readonly Block[] {
  return blocks.filter(({ scenario }) => scenario !== "score");
}

/** The blocks by which an arm is counted: those that are timed, or all where nothing is. */
export function countedBlocks(blocks: readonly Block[]): readonly Block[] {
  const timed = timedBlocks(blocks);
  return timed.length > 0 ? timed : blocks;
}
