import type { Block, Run } from "@quantlab/core";
import type { CommandSample, GenerateSample } from "@quantlab/scenarios";
import { decodeSpeed } from "../generation-reading.ts";
import { blocksOf, measuredBlocks, type Reading, timedBlocks } from "../reading.ts";
import { pairedLogs, type Rounds } from "../statistics/paired.ts";

/**
 * How much one arm's speed varies from round to round beside what the arms of a round share, as a standard deviation of its
 * logarithm: what is left in the comparisons of the run, whatever the cause. Null where nothing is compared twice.
 */
export function roundSpread({ arms, blocks }: Run): number | null {
  const timed = measuredBlocks(timedBlocks(blocks));
  const roundsOf = (name: string): Rounds =>
    new Map(
      blocksOf(
        timed.filter(({ arm }) => arm === name),
        ["generate", "command"],
      ).flatMap((block) => {
        const speed = speedOf(block);
        return typeof speed === "number" ? [[block.index, speed] as const] : [];
      }),
    );
  const pairs = arms.flatMap(({ name, against }) =>
    name === against ? [] : (pairedLogs(roundsOf(against), roundsOf(name)) ?? []),
  );
  const degrees = pairs.reduce((sum, { rounds }) => sum + rounds - 1, 0);
  if (degrees === 0) return null;
  const squares = pairs.reduce((sum, { variance, rounds }) => sum + variance * (rounds - 1), 0);
  // Two arms went into each ratio.
  return Math.sqrt(squares / degrees / 2);
}

/**
 * In words that the arms vary by more than `limit` and by no more than `most`: what all disturbances together, those that
 * nobody watches among them, did to the comparisons.
 */
export function unsteady(run: Run, limit: number, most = Number.POSITIVE_INFINITY): string | null {
  const spread = roundSpread(run);
  if (spread === null || spread <= limit || spread > most) return null;
  return `from round to round an arm's speed varied by ${(spread * 100).toFixed(0)}% beside what all arms shared (limit ${limit * 100}%)`;
}

function speedOf(block: Block): Reading {
  return block.scenario === "generate"
    ? decodeSpeed(block.sample as GenerateSample)
    : 1 / (block.sample as CommandSample).wallMs;
}
