import type { BackendId, EngineInfo } from "./backend.ts";
import type { Json } from "./json.ts";
import type { Quantization } from "./model.ts";
import type { ExperimentId, Host } from "./run.ts";

export type MetricName =
  | "loadMs"
  | "modelLoadMs"
  | "coldLoadMs"
  | "ttftMs"
  | "prefillTps"
  | "decodeTps"
  | "totalMs"
  | "rssAfterLoadBytes"
  | "rssAfterGenerateBytes"
  | "peakRssBytes"
  | "cpuPercent"
  | "modelBytes"
  | "weightBytes"
  | "bitsPerWeight"
  | "bandwidthUtilization"
  | "joulesPerToken"
  | "perplexity"
  | "bitsPerByte"
  | "kldMean"
  | "kldMedian"
  | "kldP99"
  | "kldP999"
  | "kldMax"
  | "topTokenAgreement"
  | "rmsDeltaP"
  | "accuracy"
  | "flips";

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
  /** Smallest ratio distance from 1 (as |ln ratio|) that this host can tell from nothing. */
  readonly noiseFloor: number;
  readonly claim: "more" | "less" | "none";
}

export interface Verdict {
  readonly state: "valid" | "noisy" | "invalid";
  readonly reasons: readonly string[];
}

/** `experiments/<dir>/results/<host id>/<model slug>.json`, committed. */
export interface Result {
  readonly schemaVersion: 1;
  readonly experiment: ExperimentId;
  readonly question: string;
  readonly host: Host;
  readonly model: string;
  readonly synthetic: boolean;
  readonly startedAt: string;
  readonly finishedAt: string;
  readonly digest: string;
  readonly lab: {
    readonly version: string;
    readonly commit: string | null;
    readonly modified: boolean;
  };
  readonly protocol: { readonly [name: string]: Json };
  readonly prompt: { readonly name: string; readonly text: string; readonly tokens: number };
  readonly verdict: Verdict;
  readonly baseline: string;
  /** What `ArmResult.tasks` scores; `chance` is what guessing would get, null where the answer is generated. */
  readonly tasks: Readonly<Record<string, { readonly items: number; readonly chance: number | null }>>;
  /** Median cost of the lab itself an arm and block, in milliseconds. */
  readonly overheadMs: number | null;
  readonly arms: Readonly<Record<string, ArmResult>>;
  readonly effects: Readonly<Record<string, Partial<Record<MetricName, Effect>>>>;
}

export interface ArmResult {
  readonly backend: BackendId;
  readonly engine: EngineInfo | null;
  readonly quantization: Quantization;
  readonly modelSha256: string | null;
  readonly status: "measured" | "skipped" | "failed";
  readonly reason: string | null;
  /** Blocks that were measured; the rest were skipped or failed. */
  readonly blocks: number;
  readonly metrics: Partial<Record<MetricName, Metric>>;
  /** Accuracy of each task on its own. */
  readonly tasks: Readonly<Record<string, Metric>>;
  readonly output: string | null;
}
