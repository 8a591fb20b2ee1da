import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { detectHost, type Plan, type Run } from "@quantlab/core";
import type { RunEvent, Tell } from "./events.ts";
import { withMachineLock } from "./machine-lock.ts";
import { type MeasurementOptions, measureBlocks } from "./measurement.ts";
import { checkPlan } from "./plan-check.ts";
import { prepareArms } from "./preparation.ts";
import { describeLab } from "./provenance.ts";
import { waitForQuietHost } from "./quiet-host.ts";
import { runDocument } from "./run-document.ts";
import { settleWorkloads } from "./settlement.ts";

export interface RunOptions extends MeasurementOptions {
  readonly onEvent?: (event: RunEvent) => void;
}

/**
 * Measures a plan: one fresh process an arm and block, in the protocol's order, under the machine's lock. A block that
 * fails is part of the run. Throws a UsageError for a plan that cannot be meant, and where no arm can run here.
 */
export async function runArms(plan: Plan, options: RunOptions): Promise<Run> {
  const { signal, onEvent } = options;
  checkPlan(plan);
  const tell: Tell = (event) => onEvent?.(event);
  const note = (text: string) => tell({ type: "note", text });
  const [lab, host] = [await describeLab(), detectHost()];
  await using scratch = await scratchFolder(plan);
  const arms = await prepareArms({ ...plan, places: { ...plan.places, ...scratch.place } }, signal, tell);
  return await withMachineLock(
    plan.id,
    signal,
    async () => {
      const startedAt = new Date().toISOString();
      tell({ type: "doing", text: "finding out what all arms share" });
      const workloads = await settleWorkloads(plan, arms, signal);
      if (plan.waits) await waitForQuietHost(signal, note);
      const blocks = await measureBlocks(plan, workloads, options, tell);
      const finishedAt = new Date().toISOString();
      signal.throwIfAborted();
      return runDocument(plan, arms, workloads, blocks, { host, lab, startedAt, finishedAt });
    },
    note,
  );
}

/** A folder of the run's own for what its programs write, `{scratch}` in their words; it goes when the run ends. */
async function scratchFolder({ arms }: Plan) {
  if (!JSON.stringify(arms).includes("{scratch}"))
    return { place: {}, [Symbol.asyncDispose]: () => Promise.resolve() };
  const folder = await mkdtemp(path.join(tmpdir(), "quantlab-run-"));
  return {
    place: { scratch: folder },
    [Symbol.asyncDispose]: () => rm(folder, { recursive: true, force: true }),
  };
}
