import { blockEffect } from "@quantlab/shared-metrics";
import { Draws, type Noise, simulatedRun } from "./noise.ts";
import { type Tally, tallied, type Verdict } from "./tally.ts";

/** Slowdowns, as shares of the time. */
const sizes = [0, 0.02, 0.04, 0.05, 0.1];

export interface Simulation {
  readonly noise: Noise;
  readonly arms: number;
  readonly rounds: number;
  readonly runs: number;
}

/**
 * How often the lab's own statistics are right about runs that are drawn from a noise. The comparison of each run is that of
 * its first arm with its last, both of which the noise may make louder than others; every size of slowdown is put into the
 * same blocks, for a share of time is a term of the logarithm.
 */
export function simulated({ noise, arms, rounds, runs }: Simulation, seed = 1): Tally[] {
  const draws = new Draws(seed);
  const verdicts = Array.from({ length: runs }, (): Verdict[] => {
    const times = simulatedRun(arms, rounds, noise, draws);
    const roundsOf = (logs: readonly number[], slowdown = 0) =>
      new Map(logs.map((log, round) => [round, (1 + slowdown) * Math.exp(log)]));
    const [first, ...others] = times.map((logs) => roundsOf(logs));
    return sizes.map((slowdown) => {
      const effect = blockEffect(first!, roundsOf(times.at(-1)!, slowdown), others.slice(0, -1))!;
      return { slowdown, truth: 1 + slowdown, side: slowdown === 0 ? 0 : 1, effect };
    });
  });
  return tallied(verdicts.flat());
}
