import type { Run } from "@quantlab/core";
import { measuredBlocks, timedBlocks } from "../reading.ts";
import { type BlockKernel, cpuPlace, kernelsOf } from "./block-kernels.ts";
import { roundSpread } from "./round-spread.ts";
import { CALIBRATION_SPREAD } from "./thresholds.ts";
import { nameOf } from "./worst-block.ts";

/**
 * Of each place that anything was computed on, the CPU or a device, that its calibration kernel varied: a hint of what to
 * look for where a run is noisy. A kernel of a few milliseconds meets a passing neighbour in other ways than blocks of
 * seconds do, so what it did to these is said beside it.
 */
export function kernelSpreads(run: Run): string[] {
  const kernels = measuredBlocks(timedBlocks(run.blocks)).flatMap(kernelsOf);
  const left = roundSpread(run);
  const arms = left === null ? "" : `; an arm's speed varied by ${(left * 100).toFixed(0)}%`;
  return [...Map.groupBy(kernels, ({ place }) => place).values()].flatMap((ofPlace) => {
    const spread = kernelSpread(ofPlace);
    return spread === null ? [] : [`${spread}${arms}`];
  });
}

function kernelSpread(kernels: readonly BlockKernel[]): string | null {
  const sorted = kernels.toSorted((a, b) => a.milliseconds - b.milliseconds);
  const [fastest, slowest] = [sorted[0], sorted.at(-1)];
  if (!fastest || !slowest) return null;
  const spread = slowest.milliseconds / fastest.milliseconds - 1;
  if (spread <= CALIBRATION_SPREAD) return null;
  const times = `${slowest.milliseconds.toFixed(1)} ms at ${nameOf(slowest.block)}, ${fastest.milliseconds.toFixed(1)} ms at ${nameOf(fastest.block)}`;
  const speed = fastest.place === cpuPlace ? "the host's speed" : `the speed of ${fastest.place}`;
  return `${speed} varied by ${(spread * 100).toFixed(0)}%: the calibration kernel took ${times}`;
}
