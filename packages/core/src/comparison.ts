import type { EngineInfo } from "./backend.ts";
import type { EvaluatedModel } from "./evaluation.ts";
import type { Json } from "./json.ts";
import type { Effect, Metric } from "./metric.ts";
import type { Verdict } from "./result.ts";
import type { Host, LabVersion } from "./run.ts";

/** What `lab compare` found of two arms: b held against a. */
export interface Comparison {
  readonly schemaVersion: 1;
  readonly a: ComparedArm;
  readonly b: ComparedArm;
  /**
   * "paired": in the rounds of one run. "unpaired": of two runs, so that what the machine changed in between is part of every
   * difference. "itself": one arm of one run.
   */
  readonly pairing: "paired" | "unpaired" | "itself";
  /** Ratios that are surely nearer to 1 count as the same: 0.02. */
  readonly sameWithin: number;
  /** By the metric's name. */
  readonly metrics: Readonly<Record<string, ComparedMetric>>;
  /** What was to fail, in the order in which it was named. */
  readonly bounds: readonly HeldBound[];
  /** What must be known of all this, a sentence each. */
  readonly notes: readonly string[];
}

export interface ComparedArm {
  /** As people name it: "sprout:Q4_K_M", "results/sprout.json#q4". */
  readonly name: string;
  readonly source: "measured" | "run" | "result" | "bench";
  readonly host: Host["id"];
  readonly startedAt: string;
  readonly modelSha256: string | null;
  /** What was done and with which settings. */
  readonly protocol: Readonly<Record<string, Json>>;
  /** Of its run. */
  readonly verdict: Verdict;
}

export interface ComparedMetric {
  readonly a: Metric;
  readonly b: Metric;
  readonly effect: Effect | null;
  /** "more": b has more of it. "undecided": neither a difference nor sameness was shown. Null where nothing can be compared. */
  readonly conclusion: "more" | "less" | "same" | "undecided" | null;
  /** In the metric's own words: "faster". */
  readonly words: string;
  /** How many more blocks of each would probably decide it. Null where it is decided, or blocks would not. */
  readonly furtherBlocks: number | null;
}

/** A ratio of b to a that must not be below, or above, a bound. */
export interface HeldBound {
  readonly metric: string;
  readonly fails: "below" | "above";
  readonly bound: number;
  /** "undecided": the interval lies on both sides of it. "failed", too, where there is nothing to be held against it. */
  readonly outcome: "passed" | "failed" | "undecided";
  readonly words: string;
}

/** What `lab compare --prompts` found: the candidate scored along the answers of the reference. */
export interface PromptComparison {
  readonly schemaVersion: 1;
  readonly startedAt: string;
  readonly finishedAt: string;
  readonly host: Host;
  readonly lab: LabVersion;
  readonly reference: EvaluatedModel;
  readonly candidate: EvaluatedModel;
  readonly referenceEngine: EngineInfo;
  readonly candidateEngine: EngineInfo;
  /** Of the file. */
  readonly promptsSha256: string;
  /** Of all prompts' tokens, one behind the other as 32-bit integers. */
  readonly promptIdsSha256: string;
  /** False where prompts went in without the chat template. */
  readonly chat: boolean;
  /** Most tokens of an answer. */
  readonly newTokens: number;
  /** How much larger the candidate's perplexity on the answers may be for the two to count as the same: 0.02. */
  readonly sameWithin: number;
  readonly verdict: "same" | "differs" | "undecided";
  /** How many more prompts would probably decide it; null where it is decided, or nobody can tell. */
  readonly furtherPrompts: number | null;
  /** How often the verdict was looked for, of how many times that were planned. */
  readonly looks: { readonly taken: number; readonly planned: number };
  /** Over all compared prompts, with intervals bootstrapped by prompt. */
  readonly total: {
    readonly prompts: number;
    readonly tokens: number;
    /** Prompts whose whole answer the candidate would have chosen, too. */
    readonly unchanged: number;
    /** KL(reference ‖ candidate), the mean over tokens, in nats. */
    readonly kld: SharedFigure;
    /** Share of the tokens at which the candidate's own choice is another one. */
    readonly flips: SharedFigure;
    /** Of `kld`, at the level of the last look; null below the fewest prompts. */
    readonly decisive: { readonly level: number; readonly interval: readonly [number, number] } | null;
  };
  /** In the order of the file. */
  readonly prompts: readonly PromptOutcome[];
}

export interface SharedFigure {
  readonly value: number;
  readonly ci95: readonly [number, number] | null;
}

export type PromptOutcome =
  | ({ readonly line: number; readonly status: "compared" } & ComparedAnswer)
  | { readonly line: number; readonly status: "refused" | "skipped"; readonly reason: string };

/** One answer of the reference, and what the candidate makes of it. */
export interface ComparedAnswer {
  readonly promptTokens: number;
  /** Of the answer. */
  readonly tokens: number;
  readonly answer: string;
  /** Mean over the answer's tokens, in nats. */
  readonly kld: number;
  /** Tokens at which the candidate's own choice is another one. */
  readonly flips: number;
  /** The first of them, counted from 0, and what each chose there; null where there is none. */
  readonly firstDifference: {
    readonly token: number;
    readonly reference: string;
    readonly candidate: string;
  } | null;
}
