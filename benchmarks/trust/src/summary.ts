import type { Host, MetricHandle, Run, Verdict as RunVerdict } from "@quantlab/core";
import { judge } from "@quantlab/shared-metrics";
import { judgedPairs } from "./judged-run.ts";
import { type Tally, tallied } from "./tally.ts";

/** The lengths of a run, in blocks an arm, at which it is asked how often it is right. */
export const protocols = [5, 10] as const;

/** What all runs of one model on one host came to; `results/<host id>/<model slug>.json`, committed. */
export interface Summary {
  readonly schemaVersion: 1;
  readonly host: Host;
  readonly model: string;
  readonly lab: string;
  readonly startedAt: string;
  readonly finishedAt: string;
  readonly runs: number;
  /** The verdict of each run. */
  readonly verdicts: Readonly<Record<RunVerdict["state"], number>>;
  /** By blocks an arm, then by the metric. */
  readonly tallies: Readonly<Record<string, Readonly<Record<string, readonly Tally[]>>>>;
}

/** Of runs of one model, one host and one lab, at least one. Invalid ones are counted, and nothing is learnt from them. */
export function summaryOf(runs: readonly Run[], metrics: readonly MetricHandle[]): Summary {
  const [first] = runs;
  if (!first) throw new RangeError("no runs");
  const judged = runs.map((run) => ({ run, state: judge(run).state }));
  const good = judged.flatMap(({ run, state }) => (state === "invalid" ? [] : [run]));
  const count = (wanted: RunVerdict["state"]) => judged.filter(({ state }) => state === wanted).length;
  const times = (of: "startedAt" | "finishedAt") => runs.map((run) => run[of]).sort();
  return {
    schemaVersion: 1,
    host: first.host,
    model: first.model,
    lab: first.lab.version,
    startedAt: times("startedAt")[0]!,
    finishedAt: times("finishedAt").at(-1)!,
    runs: runs.length,
    verdicts: { valid: count("valid"), noisy: count("noisy"), invalid: count("invalid") },
    tallies: Object.fromEntries(
      protocols.map((blocks) => [
        blocks,
        Object.fromEntries(
          metrics.map((metric) => [
            metric.name,
            tallied(good.flatMap((run) => judgedPairs(run, metric, blocks))),
          ]),
        ),
      ]),
    ),
  };
}
