import type { Host } from "@quantlab/core";
import type { Side, Task } from "./contest.ts";
import type { DivergenceFinding } from "./divergence-contest.ts";
import type { ImportanceDifference } from "./importance-difference.ts";
import type { PerplexityFinding } from "./perplexity-contest.ts";
import type { QuantizeFinding } from "./quantize-contest.ts";
import type { Files } from "./setting.ts";

/** One block: a side's processes of one contest. A divergence of the peer counts its base pass, too. */
export interface Sample {
  readonly round: number;
  readonly task: Task;
  readonly of: string;
  readonly side: Side;
  readonly ms: number;
  readonly peakMemoryBytes: number | null;
}

/** What both sides made of the same work. */
export interface Findings {
  readonly perplexities: readonly PerplexityFinding[];
  readonly divergences: readonly DivergenceFinding[];
  readonly quantizations: readonly QuantizeFinding[];
  /** Null where none were computed. */
  readonly importance: ImportanceDifference | null;
}

/** `results/<host id>/<model>.json`: every sample, so that the ratios can be made again from it. */
export interface ScoreParityResult extends Findings {
  readonly schemaVersion: 1;
  readonly host: Host;
  readonly startedAt: string;
  readonly finishedAt: string;
  readonly llamaCpp: string;
  readonly model: string;
  readonly files: Files<{ readonly sha256: string; readonly bytes: number }>;
  readonly threads: number;
  readonly rounds: number;
  readonly seed: number;
  /** In the order in which they ran. */
  readonly samples: readonly Sample[];
}
