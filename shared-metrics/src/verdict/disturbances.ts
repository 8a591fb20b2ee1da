import type { Block, Run } from "@quantlab/core";
import { measuredBlocks, timedBlocks } from "../reading.ts";
import { driftInRounds } from "./round-drift.ts";
import { unsteady } from "./round-spread.ts";
import {
  foreignCpuLimit,
  QUOTA_SHARE,
  ROUND_BREAK,
  ROUND_SPREAD,
  STOLEN_CPU_PERCENT,
  STOPPED_MS,
} from "./thresholds.ts";
import { nameOf, worstAbove } from "./worst-block.ts";

/** Everything that casts doubt on a run without breaking it, each in one sentence. */
export function disturbances(run: Run): string[] {
  const blocks = measuredBlocks(timedBlocks(run.blocks));
  const foreignLimit = foreignCpuLimit(run.host.cores);
  return [
    worstAbove(
      blocks,
      foreignLimit,
      (block) => (heldByServer(block) ? null : block.guards.foreignCpuPercent),
      (taken) => `other programs took ${taken.toFixed(0)}% of the CPU (limit ${foreignLimit.toFixed(0)}%)`,
    ),
    worstAbove(
      blocks,
      STOLEN_CPU_PERCENT,
      ({ guards }) => guards.stolenCpuPercent ?? null,
      (stolen) =>
        `${stolen.toFixed(0)}% of the CPU time went to other machines on the same host (limit ${STOLEN_CPU_PERCENT}%)`,
    ),
    worstAbove(
      blocks,
      QUOTA_SHARE,
      ({ guards: { quota } }) => (quota ? quota.throttledMs / quota.ofMs : null),
      (share) =>
        `the container's CPU quota kept cores waiting for ${(share * 100).toFixed(0)}% of the time, all of them together (limit ${QUOTA_SHARE * 100}%)`,
    ),
    worstAbove(
      blocks,
      STOPPED_MS,
      ({ guards }) => guards.stoppedMs ?? null,
      (ms) => `it was stopped for ${(ms / 1000).toFixed(1)} s (limit ${STOPPED_MS / 1000} s)`,
    ),
    unsteady(run, ROUND_SPREAD, ROUND_BREAK),
    driftInRounds(run),
    tightMemory(blocks),
    firstWhere(blocks, ({ guards }) => guards.onBattery === true, "the machine ran on battery"),
    firstWhere(blocks, ({ guards }) => guards.throttled === true, "heat throttled the processor"),
    ...failures(run),
  ].filter((reason) => reason !== null);
}

/** What such a server, on the same machine, takes of the CPU is the engine's own. */
const heldByServer = ({ model, engine }: Block) =>
  engine !== null && engine.pid === undefined && model === null;

function tightMemory(blocks: readonly Block[]): string | null {
  return worstAbove(
    blocks,
    0,
    ({ model, guards }) => (model ? model.bytes - guards.freeMemoryBytes : null),
    (lacking) => `${Math.ceil(lacking / 2 ** 20)} MiB less memory was free than the model's file takes`,
  );
}

function firstWhere(blocks: readonly Block[], test: (block: Block) => boolean, what: string): string | null {
  const found = blocks.find(test);
  return found ? `${nameOf(found)}: ${what}` : null;
}

/** An arm that runs in some blocks and fails in others is not the same arm throughout. */
function failures(run: Run): string[] {
  const measured = new Set(run.blocks.filter((block) => block.status === "measured").map((each) => each.arm));
  return run.blocks
    .filter((block) => block.status === "failed" && measured.has(block.arm))
    .map((block) => `${nameOf(block)} failed${block.reason ? `: ${block.reason}` : ""}`);
}
