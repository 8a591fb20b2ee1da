import type { EngineInfo } from "./backend.ts";
import type { Forecast } from "./forecast.ts";
import type { Json } from "./json.ts";
import type { Effect, Metric } from "./metric.ts";
import type { Quantization } from "./model.ts";
import type { Host, LabVersion } from "./run.ts";

export interface Verdict {
  readonly state: "valid" | "noisy" | "invalid";
  readonly reasons: readonly string[];
}

/** `experiments/<dir>/results/<host id>/<model slug>.json`, committed. */
export interface Result {
  readonly schemaVersion: 2;
  readonly experiment: string;
  readonly question: string;
  readonly host: Host;
  readonly model: string;
  readonly synthetic: boolean;
  /** Of the baseline's model; missing where no block of it was measured, and in older results. */
  readonly parameters?: number;
  /** "Q4_1", where any arm's full weights were restored from a file so quantized: what that cost is in no figure. */
  readonly restoredFrom?: Quantization;
  readonly startedAt: string;
  readonly finishedAt: string;
  readonly digest: string;
  readonly lab: LabVersion;
  readonly protocol: { readonly [name: string]: Json };
  /** The baseline's, by scenario; an arm names only what it has otherwise. */
  readonly workloads: Readonly<Record<string, Readonly<Record<string, Json>>>>;
  readonly verdict: Verdict;
  readonly baseline: string;
  /** What `ArmResult.tasks` scores; `chance` is what guessing would get, null where the answer is generated. */
  readonly tasks: Readonly<Record<string, { readonly items: number; readonly chance: number | null }>>;
  /** Median cost of the lab itself an arm and block, in milliseconds. */
  readonly overheadMs: number | null;
  readonly arms: Readonly<Record<string, ArmResult>>;
  readonly effects: Readonly<Record<string, Readonly<Record<string, Effect>>>>;
}

export interface ArmResult {
  /** "llamacpp-engine", or the program's name. */
  readonly backend: string;
  readonly engine: EngineInfo | null;
  readonly quantization: Quantization | null;
  /** The model's id where it is not the result's. */
  readonly model?: string;
  readonly modelSha256: string | null;
  /** The arm that it is compared with where that is not the baseline. */
  readonly against?: string;
  /** What its workloads have otherwise than the baseline's, by scenario. */
  readonly workloads?: Readonly<Record<string, Readonly<Record<string, Json>>>>;
  readonly status: "measured" | "skipped" | "failed";
  readonly reason: string | null;
  /** Blocks that were measured; the rest were skipped or failed. */
  readonly blocks: number;
  readonly metrics: Readonly<Record<string, Metric>>;
  /** Accuracy of each task on its own. */
  readonly tasks: Readonly<Record<string, Metric>>;
  readonly output: string | null;
  /** What its engine worked out before it loaded anything, where it was asked. */
  readonly forecast?: Forecast;
}
