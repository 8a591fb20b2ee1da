import type { Protocol } from "@quantlab/core";
import { uniformInt } from "pure-rand/distribution/uniformInt";
import { xoroshiro128plus } from "pure-rand/generator/xoroshiro128plus";

export interface Turn {
  readonly arm: string;
  /** The arm's block, from 0. */
  readonly index: number;
}

/**
 * Which arm runs when. Every round holds each arm once: "interleaved" in a random order drawn from `seed`, "abba"
 * forward and backward in turn, so that a steady drift of the host falls on all arms alike.
 */
export function orderTurns(
  arms: readonly string[],
  blocks: number,
  order: Protocol["order"],
  seed: number,
): Turn[] {
  const random = xoroshiro128plus(seed);
  const turns: Turn[] = [];
  for (let index = 0; index < blocks; index++) {
    const round = [...arms];
    if (order === "interleaved") {
      // Fisher–Yates.
      for (let last = round.length - 1; last > 0; last--) {
        const other = uniformInt(random, 0, last);
        [round[last], round[other]] = [round[other]!, round[last]!];
      }
    } else if (index % 2 === 1) {
      round.reverse();
    }
    turns.push(...round.map((arm) => ({ arm, index })));
  }
  return turns;
}
