import path from "node:path";
import { isDeepStrictEqual } from "node:util";
import {
  type EngineInfo,
  type Experiment,
  modelSlug,
  type Result,
  type Run,
  toPublicPath,
  writeDocument,
} from "@quantlab/core";
import type { StoredRuns } from "./documents.ts";
import { counted } from "./numbers.ts";
import { toResult } from "./to-result.ts";

export interface Kept {
  /** Every result of the experiment, the fresh ones among them, by file. */
  readonly results: ReadonlyMap<string, Result>;
  readonly written: readonly string[];
}

/**
 * Writes the newest full, not invalid run of each host and model into `results/`, unless a newer one is there.
 * `existing` is what `results/` holds. Quick looks, changed protocols and invalid runs never get here; a run in which
 * an arm failed that the results have measured, or ran on another number of threads or another device, does not replace
 * them.
 */
export async function keepResults(
  folder: string,
  experiment: Experiment,
  runs: StoredRuns["runs"],
  existing: ReadonlyMap<string, Result>,
  log: (line: string) => void,
): Promise<Kept> {
  const results = new Map(existing);
  const written: string[] = [];
  for (const [file, candidates] of byResultFile(folder, runs)) {
    const result = newestToKeep(candidates, experiment, log);
    const before = existing.get(file);
    if (!result || (before && before.startedAt > result.startedAt)) continue;
    const lost = before ? lostArms(before, result) : [];
    if (lost.length > 0) {
      log(`${toPublicPath(file)} keeps its last good run: ${lost.join(", ")} failed in the newest`);
      continue;
    }
    const otherwise = before ? [...otherThreads(before, result), ...otherDevices(before, result)] : [];
    if (otherwise.length > 0) {
      log(
        `${toPublicPath(file)} keeps its run: in the newest, which is another one, ${otherwise.join(", ")}; remove the file to keep that`,
      );
      continue;
    }
    results.set(file, result);
    if (isDeepStrictEqual(before, JSON.parse(JSON.stringify(result)))) continue;
    await writeDocument("result", file, result);
    written.push(file);
  }
  return { results, written };
}

function lostArms(before: Result, after: Result): string[] {
  return Object.entries(after.arms)
    .filter(([name, arm]) => arm.status === "failed" && before.arms[name]?.status === "measured")
    .map(([name]) => name);
}

function otherThreads(before: Result, after: Result): string[] {
  return Object.entries(after.arms).flatMap(([name, { engine }]) => {
    const [then, now] = [before.arms[name]?.engine?.threads, engine?.threads];
    if (then === undefined || now === undefined || then === now) return [];
    return [`${name} has ${counted(now, "thread")} instead of ${then}`];
  });
}

function otherDevices(before: Result, after: Result): string[] {
  return Object.entries(after.arms).flatMap(([name, { engine }]) => {
    const [then, now] = [before.arms[name]?.engine, engine].map((each) => each && acceleratorOf(each));
    if (then === undefined || now === undefined || then === now) return [];
    return [`${name} computes on ${now} instead of ${then}`];
  });
}

/** The processor is the host's, by whatever name. */
function acceleratorOf({ devices }: EngineInfo): string {
  return devices.filter((device) => !/^cpu\b/i.test(device)).join(" and ") || "the CPU";
}

function byResultFile(folder: string, runs: StoredRuns["runs"]): Map<string, StoredRuns["runs"][number][]> {
  const groups = new Map<string, StoredRuns["runs"][number][]>();
  for (const entry of runs) {
    if (!entry.run.full) continue;
    const { host, model } = entry.run;
    const file = path.join(folder, "results", host.id, `${modelSlug(model)}.json`);
    groups.set(file, [...(groups.get(file) ?? []), entry]);
  }
  return groups;
}

function newestToKeep(
  newestFirst: StoredRuns["runs"],
  experiment: Experiment,
  log: (line: string) => void,
): Result | null {
  for (const { file, run } of newestFirst) {
    if (!sameArms(run, experiment)) {
      log(
        `${toPublicPath(file)} was made by another definition of ${experiment.id} and is passed over; run it again`,
      );
      continue;
    }
    const result = toResult(run, experiment);
    if (result.verdict.state !== "invalid") return result;
    log(`${toPublicPath(file)} is invalid and changes no results: ${result.verdict.reasons.join("; ")}`);
  }
  return null;
}

function sameArms(run: Run, experiment: Experiment): boolean {
  const defined = new Set(Object.keys(experiment.arms));
  return run.arms.length === defined.size && run.arms.every((arm) => defined.has(arm.name));
}
