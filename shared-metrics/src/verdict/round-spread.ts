import type { Block, Run } from "@quantlab/core";
import type { CommandSample, GenerateSample } from "@quantlab/scenarios";
import { decodeSpeed } from "../generation-reading.ts";
import { blocksOf, measuredBlocks, type Reading, timedBlocks } from "../reading.ts";
import { pairedLogs, type Rounds } from "../statistics/paired.ts";

/**
 * How much one arm's speed varies from round to round beside what the arms of a round share, as a standard deviation of its
 * logarithm: what is left in the comparisons of the run, whatever the cause. Null where nothing is compared twice.
 */
export function roundSpread(run: Run): number | null {
  return spreadOf(comparedPairs(run));
}

/**
 * In words that the arms vary by more than `limit` and by no more than `most`, and which one most where several are compared:
 * what all disturbances together, those that nobody watches among them, did to the comparisons.
 */
export function unsteady(run: Run, limit: number, most = Number.POSITIVE_INFINITY): string | null {
  const pairs = comparedPairs(run);
  const spread = spreadOf(pairs);
  if (spread === null || spread <= limit || spread > most) return null;
  const told = `from round to round an arm's speed varied by ${percent(spread)} beside what all arms shared (limit ${percent(limit)})`;
  if (pairs.length === 1) return told;
  const worst = pairs.reduce((widest, pair) => (pair.variance > widest.variance ? pair : widest));
  return `${told}, most that of ${worst.name}: ${percent(spreadOf([worst])!)}`;
}

interface ComparedPair {
  readonly name: string;
  readonly rounds: number;
  /** Of the ln ratio to the arm that it is compared with. */
  readonly variance: number;
}

function comparedPairs({ arms, blocks }: Run): ComparedPair[] {
  const timed = measuredBlocks(timedBlocks(blocks));
  const roundsOf = (arm: string): Rounds =>
    new Map(
      blocksOf(
        timed.filter((block) => block.arm === arm),
        ["generate", "command"],
      ).flatMap((block) => {
        const speed = speedOf(block);
        return typeof speed === "number" ? [[block.index, speed] as const] : [];
      }),
    );
  return arms.flatMap(({ name, against }) => {
    const logs = name === against ? null : pairedLogs(roundsOf(against), roundsOf(name));
    return logs ? [{ name, ...logs }] : [];
  });
}

function spreadOf(pairs: readonly ComparedPair[]): number | null {
  const degrees = pairs.reduce((sum, { rounds }) => sum + rounds - 1, 0);
  if (degrees === 0) return null;
  const squares = pairs.reduce((sum, { variance, rounds }) => sum + variance * (rounds - 1), 0);
  // Two arms went into each ratio.
  return Math.sqrt(squares / degrees / 2);
}

const percent = (share: number) => `${(share * 100).toFixed(0)}%`;

function speedOf(block: Block): Reading {
  return block.scenario === "generate"
    ? decodeSpeed(block.sample as GenerateSample)
    : 1 / (block.sample as CommandSample).wallMs;
}
