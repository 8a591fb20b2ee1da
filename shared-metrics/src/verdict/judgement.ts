import type { Block, Run, Verdict } from "@quantlab/core";
import { measuredBlocks, timedBlocks } from "../reading.ts";
import { disturbances } from "./disturbances.ts";
import { BROKEN_SHARE, CALIBRATION_BREAK, FEWEST_BASELINE_BLOCKS, SWAP_GROWTH_BYTES } from "./thresholds.ts";
import { worstAbove } from "./worst-block.ts";

/**
 * What the guards say of a run. "invalid": its figures must not be kept; "noisy": kept, with the reasons
 * beside them. Reasons are in plain words and name block and figure.
 */
export function judge(run: Run): Verdict {
  const blocks = timedBlocks(run.blocks).filter((block) => block.status === "measured");
  const outvoted = everyArmOutvotes(blocks);
  const breaks = [
    tooFew(run),
    outvoted ? null : calibrationBreak(blocks),
    worstAbove(
      blocks,
      SWAP_GROWTH_BYTES,
      (block) => block.guards.swapDeltaBytes,
      (bytes) => `${Math.round(bytes / 2 ** 20)} MiB went to swap (limit ${SWAP_GROWTH_BYTES / 2 ** 20} MiB)`,
    ),
  ].filter((reason) => reason !== null);
  const doubts = [outvoted ? calibrationBreak(blocks) : null, ...disturbances(run)].filter(
    (reason) => reason !== null,
  );
  const state = breaks.length > 0 ? "invalid" : doubts.length > 0 ? "noisy" : "valid";
  return { state, reasons: [...breaks, ...doubts] };
}

function tooFew({ baseline, blocks: all }: Run): string | null {
  const own = timedBlocks(all.filter((block) => block.arm === baseline));
  const count = measuredBlocks(own).length;
  // One block is all that an experiment asks for where nothing varies between processes: quality without speed.
  const needed = Math.min(FEWEST_BASELINE_BLOCKS, Math.max(1, own.length));
  if (count >= needed) return null;
  const why = own.find((block) => block.reason !== null)?.reason;
  const blocks = `${count} measured ${count === 1 ? "block" : "blocks"}`;
  return `the baseline ${baseline} has ${blocks}, at least ${needed} ${needed === 1 ? "is" : "are"} needed${why ? `: ${why}` : ""}`;
}

function calibrationBreak(blocks: readonly Block[]): string | null {
  return worstAbove(
    blocks,
    CALIBRATION_BREAK,
    calibrationChange,
    (change) =>
      `the calibration kernel changed by ${percent(change)} between before and after (limit ${percent(CALIBRATION_BREAK)})`,
  );
}

/** Figures are medians over an arm's own blocks, so each arm must have enough that the host left alone. */
function everyArmOutvotes(blocks: readonly Block[]): boolean {
  const arms = [...new Set(blocks.map(({ arm }) => arm))];
  return arms.every((arm) => {
    const own = blocks.filter((block) => block.arm === arm);
    const changed = own.filter((block) => calibrationChange(block) > CALIBRATION_BREAK);
    return changed.length <= own.length * BROKEN_SHARE;
  });
}

function calibrationChange({ guards }: Block): number {
  return Math.max(...guards.calibrationMs) / Math.min(...guards.calibrationMs) - 1;
}

function percent(share: number): string {
  return `${Math.round(share * 100)}%`;
}
