import type { Run } from "@quantlab/core";
import type { GenerateSample } from "@quantlab/scenarios";
import { decodeSpeed } from "../generation-reading.ts";
import { measuredBlocks, timedBlocks } from "../reading.ts";
import { driftOver } from "../statistics/drift.ts";
import { DRIFT } from "./thresholds.ts";

/**
 * In words that the machine became steadily faster or slower, and so much within one round that its first and its last arm did
 * not meet the same one.
 */
export function driftInRounds(run: Run): string | null {
  const found = driftOf(run);
  if (!found || Math.abs(found.inRound) <= DRIFT) return null;
  return `decode speed ${words(found.inRound)} within a round (limit ${DRIFT * 100}%), ${words(found.change)} from the first block to the last`;
}

/**
 * The same of a run in which that changed no comparison: each round's arms shared it, and pairing by round takes it out. It says
 * what absolute speeds are worth.
 */
export function driftOverRun(run: Run): string | null {
  const found = driftOf(run);
  if (!found || Math.abs(found.inRound) > DRIFT || Math.abs(found.change) <= DRIFT) return null;
  return `decode speed ${words(found.change)} from the first block to the last, which the arms of each round shared`;
}

/** As ratios minus 1; null where nothing is drawn out that a chance would not draw. */
function driftOf(run: Run): { readonly change: number; readonly inRound: number } | null {
  const points = measuredBlocks(timedBlocks(run.blocks)).flatMap((block, position) => {
    const value = block.scenario === "generate" ? decodeSpeed(block.sample as GenerateSample) : null;
    return typeof value === "number" ? [{ group: block.arm, position, value, round: block.index }] : [];
  });
  const found = driftOver(points);
  if (!found?.significant) return null;
  const rounds = new Set(points.map(({ round }) => round)).size;
  return { change: found.change, inRound: (1 + found.change) ** (1 / rounds) - 1 };
}

function words(change: number): string {
  return `${change < 0 ? "fell" : "rose"} by ${(Math.abs(change) * 100).toFixed(0)}%`;
}
