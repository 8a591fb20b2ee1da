import { inSeededOrder } from "@quantlab/benchmark-tools";
import { type Contest, type Side, sides } from "./contest.ts";
import type { Sample } from "./result.ts";

export interface MeasureOptions {
  readonly rounds: number;
  readonly seed: number;
  readonly signal: AbortSignal;
  readonly onProgress: (line: string) => void;
}

/**
 * Every round runs both sides of each contest, in a seeded random order: drift hits all alike. The very first block
 * finds a machine that was idle, on some of which memory comes slowly then: it is run twice, and the second one counts.
 */
export async function measure(contests: readonly Contest[], options: MeasureOptions): Promise<Sample[]> {
  const { rounds, seed, signal, onProgress } = options;
  const samples: Sample[] = [];
  for (let round = 0; round < rounds; round++) {
    const blocks = contests.flatMap((contest) => blocksOf(contest, round));
    for (const { contest, side } of inSeededOrder(blocks, { seed, round, nameOf: orderName })) {
      signal.throwIfAborted();
      const { task, of } = contest;
      if (samples.length === 0) await contest.run(side, round);
      const { ms, peakMemoryBytes } = await contest.run(side, round);
      samples.push({ round, task, of, side, ms: Math.round(ms), peakMemoryBytes });
      onProgress(`round ${round + 1}/${rounds}  ${nameOf({ contest, side })}: ${(ms / 1000).toFixed(2)} s`);
    }
  }
  return samples;
}

interface Block {
  readonly contest: Contest;
  readonly side: Side;
  /** Counts the blocks of this side and contest in the round. */
  readonly run: number;
}

function blocksOf(contest: Contest, round: number): Block[] {
  const runs = round === 0 ? Math.max(1, contest.runsPerRound) : contest.runsPerRound;
  return Array.from({ length: runs }, (_, run) => run).flatMap((run) =>
    sides.map((side) => ({ contest, side, run })),
  );
}

const nameOf = ({ contest, side }: Omit<Block, "run">) => `${contest.task} ${contest.of}, ${side}`;
const orderName = (block: Block) => (block.run === 0 ? nameOf(block) : `${nameOf(block)}, ${block.run}`);
