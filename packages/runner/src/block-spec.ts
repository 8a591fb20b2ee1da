import type { EngineInfo, Json, ReadySubject } from "@quantlab/core";

/** What a block process is asked to do; it crosses as JSON, and is all that the process is started from. */
export interface BlockSpec {
  readonly scenario: string;
  readonly subject: ReadySubject;
  /** With what was settled before. */
  readonly workload: Readonly<Record<string, Json>>;
  readonly budgetMs: number;
}

/** What a phase's end tells: CPU time of the block's own process so far. */
export interface PhaseEnd {
  readonly phase: string;
  readonly cpuMs: number;
}

/** What a block process answers. */
export interface BlockOutcome {
  readonly sample: Json;
  readonly engine: EngineInfo | null;
  /** The process whose memory is the block's. */
  readonly holder: number | null;
  readonly spentMs: number;
  readonly notes: readonly string[];
  readonly problems: readonly string[];
}
