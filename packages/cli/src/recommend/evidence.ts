import path from "node:path";
import { type Host, type Result, repositoryRoot } from "@quantlab/core";
import {
  coverage,
  heldOut,
  memory,
  type Observation,
  observationsOf,
  type Prediction,
  type Prospect,
  predictor,
  speed,
} from "@quantlab/fit";
import { readResults } from "@quantlab/report";

/** What predictions rest on, and how well they held where it was tried. */
export interface Evidence {
  /** Whose runs of exp12 these are; null where there are none. */
  readonly host: Host | null;
  readonly isThisHost: boolean;
  /** Bytes that a core copied a second meanwhile; null where there are none. */
  readonly copySpeed: number | null;
  /** The models that were measured. */
  readonly shapes: readonly string[];
  readonly memory: Judged;
  readonly speed: Judged;
}

export interface Judged {
  readonly predict: (prospect: Prospect) => Prediction;
  /** Of held-out predictions, the share that lay in its 90% interval; null where none had one. */
  readonly coverage: number | null;
  /** How many were held out. */
  readonly tried: number;
}

const folderOf = (experiment: string) => path.join(repositoryRoot, "experiments", experiment);

/** exp12's results of this host, or else of the host that has run it on most models. */
export async function readEvidence(host: Host, folder = folderOf("exp12-fit")): Promise<Evidence> {
  const byHost = Map.groupBy((await readResults(folder)).values(), (result) => result.host.id);
  const ranked = [...byHost.values()].toSorted((a, b) => b.length - a.length || newest(b) - newest(a));
  const own = byHost.get(host.id);
  const results = own ?? ranked[0] ?? [];
  const observations = observationsOf(results);
  return {
    host: results[0]?.host ?? null,
    isThisHost: own !== undefined,
    copySpeed: observations[0]?.copySpeed ?? null,
    shapes: [...new Set(observations.map(({ shape }) => shape))],
    memory: judged(memory, observations),
    speed: judged(speed, observations),
  };
}

function judged(learner: typeof memory, observations: readonly Observation[]): Judged {
  const cases = heldOut(learner, observations);
  return {
    predict: predictor(learner, observations),
    coverage: coverage(cases),
    tried: cases.filter(({ interval }) => interval !== null).length,
  };
}

const newest = (results: readonly Result[]): number =>
  Math.max(...results.map(({ startedAt }) => Date.parse(startedAt)));
