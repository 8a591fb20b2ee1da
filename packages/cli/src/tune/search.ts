import { canonicalJson, type Json } from "@quantlab/core";
import { judge, type Outcome, type Verdict } from "./judgement.ts";

export type Options = Readonly<Record<string, Json>>;

/** One setting, and what may be better than the best so far. */
export interface Coordinate {
  /** "threads". */
  readonly setting: string;
  candidates(best: Options): readonly Candidate[];
}

export interface Candidate {
  /** "1", "off": as people see it. */
  readonly label: string;
  /** What it has otherwise than the best. */
  readonly options: Options;
}

/** Two sets of options to be measured against each other, paired by round. */
export interface Pair {
  /** "confirmation": the best against what the search began with, anew. */
  readonly purpose: "candidate" | "confirmation";
  readonly setting: string;
  readonly label: string;
  readonly anchor: Options;
  readonly candidate: Options;
}

export interface Finding {
  readonly pair: Pair;
  readonly outcome: Outcome;
}

/** What came of a candidate. */
export interface Decision {
  readonly pair: Pair;
  readonly outcome: Outcome;
  readonly verdict: Verdict;
}

export type Step =
  | { readonly measure: Pair }
  | {
      readonly measure: null;
      /** Null where nothing was better, or what was better did not show it again. */
      readonly best: Options | null;
      readonly decisions: readonly Decision[];
    };

/** A host that drifts three times in a row will drift again. */
const mostAttempts = 3;

/**
 * A coordinate search, as a function of what was found so far: the pair that is to be measured next, or its end. The anchor
 * is the best so far, so it is measured again with every candidate; one that was measured while the anchor drifted is
 * measured again; one that is better takes the anchor's place at once. At the end the best is held against the start anew.
 */
export function nextStep(space: readonly Coordinate[], start: Options, findings: readonly Finding[]): Step {
  const decisions: Decision[] = [];
  let best = start;
  for (const { setting, candidates } of space) {
    for (const { label, options } of candidates(best)) {
      const candidate = { ...best, ...options };
      const pair: Pair = { purpose: "candidate", setting, label, anchor: best, candidate };
      const outcome = settledOutcome(pair, findings);
      if (!outcome) return { measure: pair };
      const verdict = judge(outcome);
      decisions.push({ pair, outcome, verdict });
      if (verdict.is === "better") best = pair.candidate;
    }
  }
  if (best === start) return { measure: null, best: null, decisions };
  const whole: Pair = {
    purpose: "confirmation",
    setting: "all of them",
    label: "measured anew",
    anchor: start,
    candidate: best,
  };
  const outcome = settledOutcome(whole, findings);
  if (!outcome) return { measure: whole };
  const verdict = judge(outcome);
  return {
    measure: null,
    best: verdict.is === "better" ? best : null,
    decisions: [...decisions, { pair: whole, outcome, verdict }],
  };
}

/** What counts of a pair's measurements: the first that did not drift; the last where all that are allowed did. */
function settledOutcome(pair: Pair, findings: readonly Finding[]): Outcome | null {
  const own = findings.filter((finding) => isSame(finding.pair, pair)).map(({ outcome }) => outcome);
  const steady = own.find(({ kind }) => kind !== "drifted");
  return steady ?? (own.length >= mostAttempts ? own.at(-1)! : null);
}

const isSame = (one: Pair, other: Pair): boolean =>
  one.purpose === other.purpose &&
  canonicalJson([one.anchor, one.candidate]) === canonicalJson([other.anchor, other.candidate]);
