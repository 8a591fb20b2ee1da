import type { Json } from "./json.ts";
import type { Block } from "./run.ts";

/** A measured value with its samples, or null with the reason why there is none. */
export type Metric =
  | {
      readonly unit: string;
      readonly statistic: "median" | "mean" | "exact";
      readonly value: number;
      readonly ci95: readonly [number, number] | null;
      readonly values: readonly number[];
    }
  | { readonly unit: string; readonly value: null; readonly reason: string };

/** An arm against the baseline: exp(mean log ratio), its interval, and what may be claimed. */
export interface Effect {
  readonly ratio: number;
  readonly ci95: readonly [number, number];
  /** Of a result that an older lab made: as |ln ratio|, what a claim had to be larger than, and sameness not smaller. */
  readonly noiseFloor?: number;
  readonly claim: "more" | "less" | "none";
}

/** How people see a metric. */
export interface MetricDisplay {
  /** Of a column: "Peak memory". */
  readonly heading: string;
  /** In a sentence: "peak memory". */
  readonly noun: string;
  /** Beside the heading: "MiB"; empty where the figure says it all. */
  readonly unit: string;
  /** Values are multiplied by it: 1 / 2 ** 20 for MiB. */
  readonly scale: number;
  /** Significant digits. */
  readonly digits: number;
  /** "faster" and "slower" of a larger and of a smaller value. */
  readonly more: string;
  readonly less: string;
  /** "quality": of what the model says. "cost": of what it takes to say it. */
  readonly kind: "cost" | "quality";
  /** Leads the finding and the charts where it stands among the first two of a report. */
  readonly leads?: true;
  /** Drawn as bars, in a file of this name: "decode". A metric that leads is drawn only there. */
  readonly chart?: string;
  /** How the finding tells it; of the metrics of one headline only the first of a report is told. */
  readonly told?: Told;
}

export interface Told {
  readonly headline: "speed" | "prompt" | "memory" | "loss" | "skill";
  /** What is said of an arm, with the ratio to the baseline at "{}": "decodes {} as fast". */
  readonly as: string;
  /** With both values beside the ratio. */
  readonly values?: true;
}

/** One metric: what it needs, how blocks become a value, how two arms compare, how people see it. */
export interface MetricHandle {
  readonly name: string;
  readonly unit: string;
  readonly better: "higher" | "lower" | null;
  readonly display: MetricDisplay;
  /** The scenario whose blocks it reads. */
  readonly scenario: string;
  /** Every scenario that tells it, where a peer's program does, too; `scenario` alone unless said. */
  readonly reads?: readonly string[];
  /** What that scenario's workload must ask for, so that there is something to read: { divergence: true }. */
  readonly needs?: Readonly<Record<string, Json>>;
  /** The part of a context that it tells of: behind how many tokens it begins, and behind how many it has ended. */
  readonly depth?: readonly [from: number, until: number];
  /** Compares with the experiment's reference, so that there must be one. */
  readonly needsReference?: true;
  /** Whether a run of these blocks has what it tells of; its result says nothing of it otherwise. Every run unless said. */
  concerns?(blocks: readonly Block[]): boolean;
  /**
   * A value over an arm's blocks in index order; a metric that cannot be had says why. `reference`: blocks of the arm
   * that quality is held against, the baseline where the experiment names no other.
   */
  summarise(blocks: readonly Block[], reference?: readonly Block[]): Metric;
  /**
   * The arm against the baseline, paired by block index or chunk. Null when either side has no value. `others`: blocks of
   * each further arm of the run, from which a metric of time or memory learns how much blocks differ by themselves.
   */
  compare(
    baseline: readonly Block[],
    arm: readonly Block[],
    others?: readonly (readonly Block[])[],
  ): Effect | null;
}
