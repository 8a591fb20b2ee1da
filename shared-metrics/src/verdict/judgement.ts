import type { Block, Run, Verdict } from "@quantlab/core";
import { blockEffect } from "../effect.ts";
import { countedBlocks, measuredBlocks, timedBlocks } from "../reading.ts";
import type { Rounds } from "../statistics/paired.ts";
import { type BlockKernel, cpuPlace, kernelsOf } from "./block-kernels.ts";
import { disturbances } from "./disturbances.ts";
import { kernelSpreads } from "./kernel-spread.ts";
import { driftOverRun } from "./round-drift.ts";
import { unsteady } from "./round-spread.ts";
import { CALIBRATION_BREAK, FEWEST_BASELINE_BLOCKS, ROUND_BREAK, SWAP_GROWTH_BYTES } from "./thresholds.ts";
import { worstAbove } from "./worst-block.ts";

/**
 * What the guards say of a run. "invalid": its figures must not be kept; "noisy": kept, with the reasons
 * beside them. Reasons are in plain words and name block and figure; behind them stands what changes no verdict and may
 * explain one.
 */
export function judge(run: Run): Verdict {
  const blocks = measuredBlocks(timedBlocks(run.blocks));
  const breaks = [
    tooFew(run),
    unsteady(run, ROUND_BREAK),
    ...unequalHosts(run, blocks),
    worstAbove(
      blocks,
      SWAP_GROWTH_BYTES,
      (block) => block.guards.swapDeltaBytes,
      (bytes) => `${Math.round(bytes / 2 ** 20)} MiB went to swap (limit ${SWAP_GROWTH_BYTES / 2 ** 20} MiB)`,
    ),
  ].filter((reason) => reason !== null);
  const doubts = disturbances(run);
  const state = breaks.length > 0 ? "invalid" : doubts.length > 0 ? "noisy" : "valid";
  const drifted = driftOverRun(run);
  return { state, reasons: [...breaks, ...doubts, ...(drifted ? [drifted] : []), ...kernelSpreads(run)] };
}

function tooFew({ baseline, blocks: all }: Run): string | null {
  const own = countedBlocks(all.filter((block) => block.arm === baseline));
  const count = measuredBlocks(own).length;
  // One block is all that an experiment asks for where nothing varies between processes: quality without speed.
  const needed = Math.min(FEWEST_BASELINE_BLOCKS, Math.max(1, own.length));
  if (count >= needed) return null;
  const why = own.find((block) => block.reason !== null)?.reason;
  const blocks = `${count} measured ${count === 1 ? "block" : "blocks"}`;
  return `the baseline ${baseline} has ${blocks}, at least ${needed} ${needed === 1 ? "is" : "are"} needed${why ? `: ${why}` : ""}`;
}

/**
 * A comparison is wrong when its two arms met hosts, or a device, of different speed. A neighbour that comes and goes slows
 * the kernel, too, but a random order shares it out among the arms; their intervals then tell what it did. So the kernels
 * are compared as arms are, round by round, and have to differ by more than they do of themselves. Of arms that computed in
 * different places no kernel tells anything.
 */
function unequalHosts({ arms }: Run, blocks: readonly Block[]): string[] {
  const kernelsOfArm = (arm: string) => blocks.filter((block) => block.arm === arm).flatMap(kernelsOf);
  return arms.flatMap(({ name, against }) => {
    const kernels = [name, against].map(kernelsOfArm);
    const places = new Set(kernels.flat().map(({ place }) => place));
    const [place] = places;
    if (places.size !== 1 || place === undefined) return [];
    const effect = blockEffect(roundsOf(kernels[1]!), roundsOf(kernels[0]!));
    if (!effect || effect.claim === "none") return [];
    const [slower, faster] = [name, against]
      .map((arm, index) => ({ arm, time: meanMs(kernels[index]!) }))
      .sort((a, b) => b.time - a.time) as [ArmKernel, ArmKernel];
    const more = slower.time / faster.time - 1;
    // Not a number where one of them has no measured block.
    if (!(more > CALIBRATION_BREAK)) return [];
    const times = `${slower.time.toFixed(1)} ms around the blocks of ${slower.arm}, ${faster.time.toFixed(1)} ms around those of ${faster.arm}`;
    return [
      `the calibration kernel${place === cpuPlace ? "" : ` on ${place}`} took ${times}: ${percent(more)} more (limit ${percent(CALIBRATION_BREAK)})`,
    ];
  });
}

/** The mean of the kernels around each block. */
function roundsOf(kernels: readonly BlockKernel[]): Rounds {
  const byBlock = Map.groupBy(kernels, ({ block }) => block.index);
  return new Map([...byBlock].map(([index, around]) => [index, meanMs(around)] as const));
}

const meanMs = (kernels: readonly BlockKernel[]): number =>
  kernels.reduce((sum, { milliseconds }) => sum + milliseconds, 0) / kernels.length;

interface ArmKernel {
  readonly arm: string;
  readonly time: number;
}

function percent(share: number): string {
  return `${Math.round(share * 100)}%`;
}
