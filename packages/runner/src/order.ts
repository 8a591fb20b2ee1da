import type { Order } from "@quantlab/core";
import { uniformInt } from "pure-rand/distribution/uniformInt";
import { xoroshiro128plus } from "pure-rand/generator/xoroshiro128plus";

export interface Turn<Subject> {
  readonly subject: Subject;
  /** Its block, from 0. */
  readonly index: number;
}

/**
 * What runs when. Every round holds each subject once: "interleaved" in a random order drawn from `seed`, "abba" forward
 * and backward in turn, so that a steady drift of the host falls on all alike.
 */
export function orderTurns<Subject>(
  subjects: readonly Subject[],
  blocks: number,
  order: Order,
  seed: number,
): Turn<Subject>[] {
  const random = xoroshiro128plus(seed);
  const turns: Turn<Subject>[] = [];
  for (let index = 0; index < blocks; index++) {
    const round = [...subjects];
    if (order === "interleaved") {
      // Fisher–Yates.
      for (let last = round.length - 1; last > 0; last--) {
        const other = uniformInt(random, 0, last);
        [round[last], round[other]] = [round[other]!, round[last]!];
      }
    } else if (index % 2 === 1) {
      round.reverse();
    }
    turns.push(...round.map((subject) => ({ subject, index })));
  }
  return turns;
}
