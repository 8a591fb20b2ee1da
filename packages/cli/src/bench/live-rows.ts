import type { Block } from "@quantlab/core";
import { formatWithInterval } from "@quantlab/report";
import { type RunEvent, runDisplay } from "@quantlab/runner";
import type { ProgressLine } from "@quantlab/terminal";
import type { Bench } from "./plan.ts";

/** Shows what goes on, and of each block that ends what its arm has come to so far. */
export function liveRows(
  { arms, plan }: Bench,
  before: readonly Block[],
  progress: ProgressLine,
): (event: RunEvent) => void {
  const speeds = new Map(arms.map(({ planned, speed }) => [planned.name, speed]));
  const blocksOf = Map.groupBy(before, ({ arm }) => arm);
  const show = runDisplay(progress);
  return (event) => {
    if (event.type !== "block-ended") return show(event);
    const { block, turn } = event;
    const own = [...(blocksOf.get(block.arm) ?? []), block].sort((a, b) => a.index - b.index);
    blocksOf.set(block.arm, own);
    const figure = speeds.get(block.arm)!.summarise(own);
    const said =
      block.status !== "measured"
        ? `${block.status}: ${block.reason}`
        : figure.value === null
          ? figure.reason
          : `${formatWithInterval(figure.value, figure.ci95)} tok/s, block ${own.length} of ${plan.protocol.blocks}`;
    progress.say(`[${turn.position}/${turn.of}] ${block.arm}: ${said}`);
  };
}
