import { type PairedRatio, pairedLogRatio } from "@quantlab/shared-metrics";
import type { Side, Task } from "./contest.ts";
import type { Sample } from "./result.ts";

/**
 * Time of the lab ÷ time of the peer over the pairs that were timed: rounds of one contest, or several contests. Of
 * several blocks in a round the first of both sides are a pair, then the second.
 */
export function timeRatio(
  samples: readonly Sample[],
  task: Task,
  chosen: (of: string) => boolean,
): PairedRatio | null {
  const of = (side: Side) =>
    samples
      .filter((sample) => sample.task === task && sample.side === side && chosen(sample.of))
      .toSorted((a, b) => a.round - b.round || a.of.localeCompare(b.of))
      .map(({ ms }) => ms);
  return pairedLogRatio(of("peer"), of("lab"));
}
